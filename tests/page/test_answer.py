from page.answer import build_lines


def test_whatever_is_put_into_an_answer_stays_text():
    html = build_lines("digit", "<b>7</b>", "1 & 2", "<script>")
    assert html == ('<p class="digit">&lt;b&gt;7&lt;/b&gt;</p><p>1 &amp; 2 · &lt;script&gt;</p>')


def test_parts_with_nothing_to_say_are_left_out():
    assert build_lines("digit", 7, "99 % sure", "") == '<p class="digit">7</p><p>99 % sure</p>'
