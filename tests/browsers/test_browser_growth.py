"""How the answer came about: a slider goes through a drawing's ink, by key and by mouse."""

from driving.browser import draw_by_mouse, expect, expect_answer

FOUR = [[(140, 60), (100, 110), (95, 150), (200, 150)], [(170, 60), (168, 140), (165, 230)]]
ONE_BESIDE = [(250, 60), (250, 230)]


def test_the_slider_goes_through_the_drawing_of_a_four_and_of_the_digit_after_it(page):
    for stroke in FOUR:
        draw_by_mouse(page, stroke)
    expect_answer(page, "4")
    page.get_by_text("Look inside").click()
    growth = page.locator(".growth")
    slider, says = growth.get_by_role("slider"), growth.locator(".moment")
    expect(says).to_contain_text("100 % of the ink: a 4")
    expect(page.locator(".inside h3").first).to_have_text("1How the answer came about")
    expect(page.locator(".inside .says").first).to_contain_text("of the ink on a 4; before that")
    slider.press("ArrowLeft")
    expect(says).to_contain_text("96 % of the ink")
    expect(slider).to_have_attribute("aria-valuetext", says.inner_text())
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    expect(says).not_to_contain_text("a 4")
    at = growth.evaluate("each => each.style.getPropertyValue('--at')")
    assert 2 < int(at) < 8
    page.locator(".upper-canvas").scroll_into_view_if_needed()
    draw_by_mouse(page, ONE_BESIDE)
    expect_answer(page, "41")
    expect(says).to_contain_text("100 % of the ink: a 1")
