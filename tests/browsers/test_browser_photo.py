"""Photographs in a real browser: chosen, pasted and taken; and files that are none."""

import io
import re
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image, ImageDraw

from driving.browser import PHONE, draw_by_mouse, expect, expect_answer
from driving.drawings import ONE, THREE, canvas_png


def photograph_of_a_three(kind="JPEG"):
    """Return the file of a three on unevenly lit paper."""
    sheet = Image.new("RGB", (1200, 900), (210, 205, 195))
    points = [(3 * x + 300, 3 * y + 50) for x, y in THREE]
    pen = ImageDraw.Draw(sheet)
    pen.line(points, fill=(40, 50, 110), width=24, joint="curve")
    lit = np.asarray(sheet) * np.linspace(0.5, 1, 1200)[None, :, None]
    file = io.BytesIO()
    Image.fromarray(lit.astype(np.uint8)).save(file, kind)
    return file.getvalue()


def open_dialog(page):
    page.get_by_role("button", name="Photo").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("A picture of a digit")
    return dialog


def choose(dialog, content, name="three.jpg", kind="image/jpeg"):
    field = dialog.get_by_test_id("stFileUploaderDropzoneInput")
    field.set_input_files({"name": name, "mimeType": kind, "buffer": content})


def expect_three(dialog):
    expect(dialog.locator(".digit")).to_have_text("3")
    expect(dialog).to_contain_text(re.compile(r"\d % sure"))
    expect(dialog.get_by_alt_text("What the network saw")).to_be_visible()


def test_a_photograph_is_read(open_page):
    dialog = open_dialog(open_page())
    choose(dialog, photograph_of_a_three())
    expect_three(dialog)


def test_a_photograph_has_bars_can_be_looked_into_and_is_kept(open_page):
    """It had none of these."""
    page = open_page()
    dialog = open_dialog(page)
    choose(dialog, photograph_of_a_three())
    expect(dialog.locator(".bar.winner b")).to_have_text("▸ 3")
    dialog.get_by_role("radio", name="5", exact=True).click()
    expect(dialog.locator(".card")).to_contain_text("sure · saved as 5")
    dialog.get_by_text("Look inside").click()
    expect(dialog.locator(".inside")).to_contain_text("why 3?")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="History").click()
    expect(page.get_by_role("dialog")).to_contain_text("0 % of 1 read right")
    page.get_by_role("option").click()
    expect(page.locator(".card .digit")).to_have_text("3")
    expect(page.locator(".card .bar.winner b")).to_have_text("▸ 3")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    expect(page.locator(".choice [value=open]")).to_be_hidden()  # it has no strokes


def test_a_phone_shows_a_photograph_without_scrolling_sideways(open_page):
    page = open_page(**PHONE)
    dialog = open_dialog(page)
    choose(dialog, photograph_of_a_three())
    expect_three(dialog)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert dialog.evaluate("box => box.scrollWidth <= box.clientWidth")


PASTE = """bytes => {
  const files = new DataTransfer()
  files.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }))
  const paste = new ClipboardEvent("paste", { clipboardData: files, bubbles: true })
  document.body.dispatchEvent(paste)
}"""


def test_a_picture_is_pasted_anywhere_on_the_page(open_page):
    page = open_page()
    page.get_by_role("button", name="Photo").wait_for()
    page.evaluate(PASTE, list(photograph_of_a_three("PNG")))
    expect_three(page.get_by_role("dialog"))


def test_a_photograph_is_taken_with_the_camera(open_page):
    page = open_page()
    page.context.grant_permissions(["camera"])
    dialog = open_dialog(page)
    dialog.get_by_text("Camera").click()
    page.wait_for_function("document.querySelector('video')?.currentTime > 0")
    take = dialog.get_by_role("button", name="Take Photo")
    picture = dialog.get_by_alt_text("The picture")  # Chromium's test pattern
    for _ in range(10):  # once it knows its size, the widget opens the camera again, and takes none
        with suppress(AssertionError):
            if take.is_visible():
                take.click()
            expect(picture).to_be_visible(timeout=3_000)
            break
    expect(picture).to_be_visible()
    expect(dialog.locator(".digit")).to_have_count(1)


NO_CAMERA = """navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException("Requested device not found", "NotFoundError"))"""


def test_where_there_is_no_camera_the_dialog_says_so(open_page):
    page = open_page(prepare=lambda page: page.add_init_script(NO_CAMERA))
    dialog = open_dialog(page)
    dialog.get_by_text("Camera").click()
    expect(dialog.get_by_text("No camera yet.")).to_be_visible()
    expect(dialog.get_by_text("This app would like to use your camera.")).to_be_hidden()


def test_the_drawing_is_still_there_after_a_photograph(open_page):
    page = open_page()
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    dialog = open_dialog(page)
    choose(dialog, photograph_of_a_three())
    expect_three(dialog)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect_answer(page, "3")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (photograph_of_a_three()[:5000], "The picture's file is broken or incomplete."),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "This is not a picture in PNG, JPEG or WebP."),
        (b"PK\x03\x04" + bytes(99), "This is not a picture in PNG, JPEG or WebP."),
    ],
    ids=["truncated", "EPS named .png", "zip named .png"],
)
def test_a_file_that_cannot_be_read_ends_in_one_sentence_and_the_next_one_is_read(
    open_page, content, says
):
    dialog = open_dialog(open_page())
    choose(dialog, content, "three.png", "image/png")
    expect(dialog.get_by_role("alert")).to_have_text(says)
    choose(dialog, photograph_of_a_three())
    expect_three(dialog)


def test_a_file_of_another_kind_is_refused_in_words_that_go_when_the_next_one_is_read(open_page):
    """They stayed, beside the next file and its answer; and the last file's beside them."""
    dialog = open_dialog(open_page())
    choose(dialog, photograph_of_a_three())
    expect_three(dialog)
    choose(dialog, b"GIF89a", "three.gif", "image/gif")
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_have_text("Error: image/gif files are not allowed.")
    assert refusal.bounding_box()["height"] > 10
    expect(dialog.locator(".digit")).to_be_hidden()
    choose(dialog, photograph_of_a_three())
    expect_three(dialog)
    expect(refusal).to_be_hidden()
    expect(dialog.get_by_text("three.jpg")).to_be_visible()


def test_what_is_wrong_with_a_picture_goes_when_the_next_is_too_large(open_page):
    dialog = open_dialog(open_page())
    many_pixels = io.BytesIO()
    Image.new("1", (9000, 6000)).save(many_pixels, "PNG")
    choose(dialog, many_pixels.getvalue(), "large.png", "image/png")
    expect(dialog.get_by_role("alert")).to_contain_text("has 54 million pixels")
    choose(dialog, bytes(21_000_000), "larger.png", "image/png")
    expect(dialog.get_by_text("File must be 20.0MB or smaller.")).to_be_visible()
    expect(dialog.get_by_text("has 54 million pixels")).to_be_hidden()


def test_thick_ink_on_a_transparent_ground_is_read(open_page):
    """It filled more than half of its picture, and no digit was found."""
    drawing = Image.open(io.BytesIO(canvas_png([ONE], brush=70)))
    file = io.BytesIO()
    drawing.crop(drawing.getbbox()).save(file, "PNG")
    dialog = open_dialog(open_page())
    choose(dialog, file.getvalue(), "one.png", "image/png")
    expect(dialog.locator(".digit")).to_have_text("1")


def test_an_empty_sheet_says_what_to_do(open_page):
    dialog = open_dialog(open_page())
    file = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(file, "PNG")
    choose(dialog, file.getvalue(), "empty.png", "image/png")
    expect(dialog).to_contain_text("No digit found. Leave some paper around it.")
