"""The pages in a real browser: Debian's Chromium, driven by Selenium. Skips, with the reason, where there is none."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from aggregator.feeds.publish import publish
from aggregator.feeds.serve import listen
from aggregator.merge import compare_versions
from aggregator.site.app import Desk
from storage import watches
from storage.db import connect
from storage.home import Home
from tests.conftest import NOON
from tests.newsroom import OUTLETS, alone, report, story
from tests.program import HANGS

pytest.importorskip("selenium", reason="selenium is not here: make setup")
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Debian's chromium and chromium-driver are not here")

TOO_WIDE = """
    return document.documentElement.scrollWidth <= 360 ? [] : [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > 360 && !one.closest(".scroll")).map((one) => one.outerHTML)
"""
PAGES = {
    "front": "/",
    "story": "/story/herald-1.html",
    "right to left": "/story/herald-3.html",
    "two texts": "/compare/herald-1/wire-2.html",
    "search": "/search.html?q=bridge",
    "attention": "/search.html?q=bridge&days=1",
    "watches": "/watches.html",
    "an error": "/search.html?q=%22bridge",
    "outlet": "/outlet/herald.html",
    "agency": "/agency/wire.html",
    "corrections": "/corrections.html",
    "health": "/health.html",
    "not there": "/story/none.html",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A newsroom of three stories, served."""
    home = Home(tmp_path_factory.mktemp("newsroom") / "twosource.db")
    with closing(connect(home.database)) as base:
        text = "The bridge over the delta opened on Monday, a day early. Forty lorries passed."
        one = report(base, "herald-1", body=text, headline="Bridge opens a day early", published=None)
        two = report(base, "wire-2", body=text, headline="Delta bridge opens", minutes=20)
        report(base, "wire-2", body=text.replace("Forty", "Fifty"), headline="Delta bridge opens", minutes=90)
        reasons = ["has work of its own: “Forty lorries passed.”", "prints 100 % of the text of The Herald"]
        story(base, one, two, origins=[("wire", "Delta Wire", [one.id, two.id], reasons)])
        base.execute(
            "insert into copies (a, b, share_a, share_b, kind, direction, certainty, reasons, spans, rules) values"
            " ('herald-1', 'wire-2', 1, 0.9, 'identical', 'a->b', 'likely', '[\"it came first\"]', '[]', 1)"
        )
        base.execute(
            "insert into credits (article, version, n, org, name, role, relation, count_known, place_on_page, words,"
            " name_start, name_end, rules) values ('herald-1', 1, 1, 'wire', 'Delta Wire', 'agency', 'with', 1, 'byline',"
            " 'With Delta Wire', 5, 15, 1)"
        )
        alone(base, "herald-3", headline="افتتاح الجسر قبل موعده بيوم", body="فتح الجسر.", language="ar", minutes=40)
        alone(base, "wire-4", headline="Talks <script>document.title='broken'</script>", minutes=60)
        disputed(
            base,
            "herald-1",
            "The Delta Authority",
            "denies",
            "“No lorry passed,” the Delta Authority wrote on Telegram.",
        )
        disputed(base, "herald-3", "وزارة النقل", "denies", "ونفت وزارة النقل صحة التقارير.")
        compare_versions(base, through=99)
        home.watches_file.write_text('[[watch]]\nname = "bridge"\nquery = "bridge"\ntell = ["desk"]\n')
        event = watches.Event(event="new", unit="herald-1", title="Bridge opens a day early", words="one source")
        watches.append(base, "bridge", event, ["desk"], found=NOON)
        publish(base, home, outlets=OUTLETS)
    desk = Desk(home, OUTLETS, {"herald": "The Herald", "wire": "Delta Wire"}, troubles=lambda _: [])
    server = listen("127.0.0.1", 0, desk)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def disputed(base: Database, id_: str, speaker: str, stance: str, words: str) -> None:
    """Somebody contradicts the story that an article began."""
    base.execute(
        "insert into statements (article, version, n, speaker, stance, place, place_words, verb, words, rules)"
        " values (?, 1, 1, ?, ?, 'post', 'Telegram', '', ?, 1)",
        [id_, speaker, stance, words],
    )
    base.execute(
        "insert into disputes (story, n, kind, article, other, summary, words, rules)"
        " values (?, 1, 'statement', ?, null, ?, ?, 1)",
        [id_, id_, f"{speaker}: {stance}", words],
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for word in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1100,900",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # it asks its maker for news, wherever it runs
    ):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options=options, service=ChromeService(str(DRIVER)))
    chrome.set_script_timeout(HANGS)
    yield chrome
    chrome.quit()


def complaints(browser: Chrome) -> list[dict[str, Any]]:
    """What went wrong on the page: script errors, what the policy refused, files that are missing."""
    return [
        one
        for one in browser.get_log("browser")
        if one["level"] in ("SEVERE", "WARNING") and "favicon" not in one["message"] and " 404 " not in one["message"]
    ]


def look(browser: Chrome, *, dark: bool = False, phone: bool = False) -> None:
    """Choose colours and width for the pages that are opened next."""
    features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    size = {"width": 360 if phone else 1100, "height": 800, "deviceScaleFactor": 1, "mobile": phone}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not here: npm install --prefix tests")
@pytest.mark.parametrize(
    ("dark", "phone"), [(False, False), (True, False), (False, True)], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_on_any_page_and_no_script_fails(
    browser: Chrome, address: str, dark: bool, phone: bool
) -> None:
    look(browser, dark=dark, phone=phone)
    axe = AXE.read_text("utf-8")
    for name, path in PAGES.items():
        browser.get(address + path)
        browser.execute_script(axe)
        found = browser.execute_async_script(
            "axe.run().then(arguments[0], e => arguments[0]({violations: [String(e)]}))"
        )
        broken = [
            (one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found["violations"]
        ]
        assert not broken, name
        assert not complaints(browser), name
        if phone:
            wide = browser.execute_script(TOO_WIDE)
            assert not wide, f"{name} must be moved sideways"


def test_dark_is_dark_and_light_is_light(browser: Chrome, address: str) -> None:
    shades = []
    for dark in (False, True):
        look(browser, dark=dark)
        browser.get(address + "/")
        colour = browser.find_element(By.TAG_NAME, "html").value_of_css_property("background-color")
        shades.append(sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) / 3)
    assert shades[0] > 200
    assert shades[1] < 60


def test_a_headline_with_a_script_is_shown_and_not_run(browser: Chrome, address: str) -> None:
    look(browser)
    browser.get(address + "/")
    assert browser.title == "Stories — Twosource"
    assert "<script>" in browser.find_element(By.TAG_NAME, "main").text


def test_what_came_since_the_last_look_is_marked_and_can_be_shown_alone(browser: Chrome, address: str) -> None:
    look(browser)
    browser.get(address + "/")
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    assert not shown(browser, ".new"), "on the first visit nothing is newer than anything"
    browser.execute_script("localStorage.setItem('twosource-looked', '2026-03-02T06:30:00+00:00')")
    browser.refresh()
    assert len(shown(browser, ".new")) == 2
    browser.find_element(By.CSS_SELECTOR, "label[for=show-new]").click()
    assert len(shown(browser, "li.story")) == 2
    browser.refresh()
    browser.find_element(By.CSS_SELECTOR, "label[for=show-all]").click()
    assert not shown(browser, ".new")
    assert len(shown(browser, "li.story")) == 3


def test_what_is_disputed_can_be_shown_alone_and_nothing_is_said_where_nothing_is_so(
    browser: Chrome, address: str
) -> None:
    look(browser)
    browser.get(address + "/")
    browser.find_element(By.CSS_SELECTOR, "label[for=show-disputed]").click()
    assert [one.text for one in shown(browser, "li.story h2")] == [
        "افتتاح الجسر قبل موعده بيوم",
        "Bridge opens a day early",
    ]
    assert not shown(browser, ".nothing")
    browser.find_element(By.CSS_SELECTOR, "label[for=show-confirmed]").click()
    assert not shown(browser, "li.story")
    assert [one.text for one in shown(browser, ".nothing")] == ["None of the last 3 stories is so."]


def shown(browser: Chrome, selector: str) -> list[WebElement]:
    return [one for one in browser.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()]


def test_a_right_to_left_headline_stands_on_the_right(browser: Chrome, address: str) -> None:
    look(browser)
    browser.get(address + PAGES["right to left"])
    heading = browser.find_element(By.TAG_NAME, "h1")
    assert heading.value_of_css_property("direction") == "rtl"
    assert browser.find_element(By.CSS_SELECTOR, ".verdict").value_of_css_property("direction") == "ltr"


def test_who_denies_stands_on_the_storys_page_with_his_sentence(browser: Chrome, address: str) -> None:
    look(browser)
    browser.get(address + "/story/herald-1.html")
    said = browser.find_element(By.CSS_SELECTOR, ".statements .denies").text
    assert said.split("\n")[:3] == [
        "The Delta Authority denies post (Telegram)",
        "“No lorry passed,” the Delta Authority wrote on Telegram.",
        "in The Herald",
    ]
    browser.get(address + "/story/herald-3.html")
    quoted = browser.find_element(By.CSS_SELECTOR, ".statements blockquote")
    assert quoted.value_of_css_property("direction") == "rtl"


def test_each_arrow_of_the_picture_tells_its_reason(browser: Chrome, address: str) -> None:
    look(browser)
    browser.get(address + PAGES["story"])
    titles = [
        one.get_attribute("textContent") for one in browser.find_elements(By.CSS_SELECTOR, ".provenance .arrow title")
    ]
    assert titles[0] == "Delta Wire → The Herald: has work of its own: “Forty lorries passed.”"
    assert any("it came first" in one for one in titles)


def test_all_can_be_done_with_the_keyboard(browser: Chrome, address: str) -> None:
    look(browser)
    browser.get(address + "/")
    keys(browser, Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the content"
    keys(browser, Keys.ENTER, Keys.TAB)  # past the navigation, to the filter
    assert browser.switch_to.active_element.get_attribute("id") == "show-all"
    keys(browser, Keys.ARROW_RIGHT)
    assert browser.find_element(By.ID, "show-single").is_selected()
    for _ in range(8):
        keys(browser, Keys.TAB)
        if browser.switch_to.active_element.text == "Bridge opens a day early":
            break
    keys(browser, Keys.ENTER)
    WebDriverWait(browser, HANGS).until(lambda there: there.current_url.endswith("/story/herald-1.html"))
    for _ in range(20):
        keys(browser, Keys.TAB)
        if browser.switch_to.active_element.tag_name == "summary":
            break
    keys(browser, Keys.ENTER)
    assert browser.find_element(By.TAG_NAME, "details").get_attribute("open")


def keys(browser: Chrome, *pressed: str) -> None:
    for one in pressed:
        browser.switch_to.active_element.send_keys(one)


def test_the_search_field_finds_and_marks(browser: Chrome, address: str) -> None:
    look(browser)
    browser.get(address + "/")
    field = browser.find_element(By.ID, "q")
    field.send_keys("lorry", Keys.ENTER)
    WebDriverWait(browser, HANGS).until(lambda there: there.find_elements(By.CSS_SELECTOR, ".snippet mark"))
    assert [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".snippet mark")] == ["lorries", "lorries"]
    assert browser.find_element(By.ID, "q").get_attribute("value") == "lorry"
