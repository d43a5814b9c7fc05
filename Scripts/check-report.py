#!/usr/bin/env python3
"""Checks a report.html: what it holds, and how a browser takes it.

    Scripts/check-report.py REPORT [--pictures FOLDER]

Without a browser: no address outside the page, headings in order, ids that occur once and links that lead to one, a
name for every picture, a caption for every table, and the digest by which the page allows its script.

In headless Chromium (INSIGHTFLOW_CHROMIUM, or chromium, chromium-browser or google-chrome on the path), by day and by
night, on a desktop, a tablet and a phone, and in print: no console message, no exception, no request but for the page, nothing
wider than the screen, text with a contrast of 4.5:1 (WCAG 2.2, 1.4.3), letters of charts of at least 8 px and on a phone
10 px, captions in sight while their table scrolls, and tables that sort. In print, on A4: nothing wider than the paper,
what is folded on the screen there, each chart once. Without Chromium this is skipped, with a message; where
INSIGHTFLOW_REQUIRE_BROWSER is 1, as in continuous integration, that is an error. --pictures keeps screenshots and the
print for a person to look at.
"""
import argparse
import base64
import hashlib
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

problems = []


def check(holds, problem):
    if not holds:
        problems.append(problem)


class Outline(html.parser.HTMLParser):
    """What the checks without a browser look at."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.headings, self.ids, self.links, self.named = [], [], [], []
        self.figures, self.tables, self.captions = 0, 0, 0
        self.outside, self.script, self.policy, self.in_script = [], "", "", False

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("src", "href", "xlink:href", "action", "srcset", "data", "poster"):
            value = values.get(name)
            if value is None:
                continue
            if value.startswith("#"):
                self.links.append(value[1:])
            elif not value.startswith("data:"):
                self.outside.append(f"<{tag} {name}={value}>")
        if tag == "svg":
            self.named.append((values.get("role") == "img", (values.get("aria-labelledby") or "").split()))
        self.figures += tag == "figure"
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.in_script = tag == "script"
        if values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values["content"]

    def handle_endtag(self, tag):
        if tag == "script":
            self.in_script = False

    def handle_data(self, data):
        if self.in_script:
            self.script += data


def check_text(text):
    page = Outline()
    page.feed(text)
    check(not page.outside, f"addresses outside the page: {page.outside[:3]}")
    check(not re.search(r"url\(\s*['\"]?(?!#|data:)", text), "a style loads something")
    check("@import" not in text, "a style imports another")
    check(page.headings[:1] == [1] and page.headings.count(1) == 1, "there is not one first heading")
    for before, after in zip(page.headings, page.headings[1:]):
        check(after <= before + 1, f"a heading h{after} follows h{before}")
    twice = {name for name in page.ids if page.ids.count(name) > 1}
    check(not twice, f"ids that occur twice: {sorted(twice)[:3]}")
    for link in page.links:
        check(link in page.ids, f"a link leads to #{link}, which is not there")
    for is_picture, names in page.named:
        check(is_picture and names and all(name in page.ids for name in names), "a picture has no name")
    check(page.tables == page.captions, "a table has no caption")
    digest = base64.b64encode(hashlib.sha256(page.script.encode()).digest()).decode()
    check(f"'sha256-{digest}'" in page.policy, f"the page does not allow its own script, sha256-{digest}")
    check("default-src 'none'" in page.policy, "the page may load things")
    return f"{len(page.headings)} headings, {page.tables} tables, {page.figures} charts, {len(text) // 1024} KiB"


class Browser:
    """Chromium by its debugging protocol, over a pair of pipes."""

    def __init__(self, program, profile):
        to_read, self.to_write = os.pipe()
        self.to_hear, from_write = os.pipe()

        def place():  # the protocol's descriptors are 3 and 4; first out of each other's way
            incoming, outgoing = os.dup(to_read), os.dup(from_write)
            os.dup2(incoming, 3)
            os.dup2(outgoing, 4)

        arguments = [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
            "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank",
        ]
        self.process = subprocess.Popen(
            arguments, close_fds=False, preexec_fn=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.rest, self.number, self.session, self.events = b"", 0, None, []

    def receive(self):
        while b"\0" not in self.rest:
            part = os.read(self.to_hear, 1 << 20)
            if not part:
                sys.exit("check-report: error: Chromium has ended; run it by hand to see why")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"check-report: error: {method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def wait(self, method):
        while not any(event["method"] == method for event in self.events):
            answer = self.receive()
            if "method" in answer:
                self.events.append(answer)

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        check("exceptionDetails" not in answer, f"an exception: {answer.get('exceptionDetails', {}).get('text')}")
        return answer["result"].get("value")

    def open(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait(timeout=30)


# Text nodes whose contrast against what is behind them is below 4.5:1; text of charts against the page. Cells and bars
# carry their own ink and are checked by ThemeTests.
CONTRAST = r"""
(() => {
  const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const page = luminance(parse(getComputedStyle(document.body).backgroundColor));
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, title, desc, .mark")) continue;
    const style = getComputedStyle(element);
    const ink = luminance(parse(element.closest("svg") ? style.fill : style.color));
    const ratio = (Math.max(ink, page) + 0.05) / (Math.min(ink, page) + 0.05);
    if (ratio < 4.5) low.push(`${walker.currentNode.data.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return low.slice(0, 5);
})()
"""

# Charts with letters that are shown smaller than LEAST, each with its smallest; charts of a page of which not just one
# form is shown.
LETTERS = r"""
(() => {
  const faults = [];
  for (const figure of document.querySelectorAll("figure")) {
    const shown = [...figure.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0);
    const name = figure.querySelector("svg title").textContent.slice(0, 40);
    if (shown.length !== 1) faults.push(`${name}: shown ${shown.length} times`);
    for (const svg of shown) {
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const sizes = [...svg.querySelectorAll("text")].map((text) => scale * text.getAttribute("font-size"));
      const least = Math.min(...sizes);
      if (least < LEAST) faults.push(`${name}: ${least.toFixed(1)} px`);
    }
  }
  return faults.slice(0, 5);
})()
"""

# Tables whose caption leaves the screen, at the start or when they are scrolled to their end.
CAPTIONS = r"""
(() => {
  const faults = [];
  for (const scroll of document.querySelectorAll(".scroll")) {
    const words = scroll.querySelector("caption span");
    if (!words || scroll.clientWidth === 0) continue;
    for (const place of [0, scroll.scrollWidth]) {
      scroll.scrollLeft = place;
      const [inner, outer] = [words.getBoundingClientRect(), scroll.getBoundingClientRect()];
      if (inner.left < outer.left - 1 || inner.right > outer.right + 1) faults.push(words.textContent.slice(0, 40));
    }
    scroll.scrollLeft = 0;
  }
  return faults.slice(0, 5);
})()
"""

# What is folded: not shown on a screen until it is unfolded, always shown in print.
FOLDED = r"""
(() => {
  const faults = [];
  for (const details of document.querySelectorAll("details")) {
    const folded = details.nextElementSibling;
    const isShown = () => folded.getBoundingClientRect().height > 0;
    const name = details.textContent.trim();
    if (!folded?.classList.contains("folded")) { faults.push(`${name}: nothing is folded`); continue; }
    if (matchMedia("print").matches) {
      if (!isShown()) faults.push(`${name}: not printed`);
      continue;
    }
    if (isShown()) faults.push(`${name}: shown while folded`);
    details.querySelector("summary").click();
    if (!isShown()) faults.push(`${name}: does not unfold`);
    details.querySelector("summary").click();
  }
  return faults;
})()
"""

SORTING = r"""
(() => {
  const tables = [...document.querySelectorAll("table")].filter((table) => table.tBodies[0].rows.length > 2);
  let sorted = 0;
  for (const table of tables) {
    const head = table.tHead.rows[0];
    const column = [...head.cells].findIndex((cell) => cell.classList.contains("number"));
    if (column < 0 || !table.querySelector("thead button")) continue;
    const numbers = () => [...table.tBodies[0].rows]
      .map((row) => row.cells[column])
      .map((cell) => cell.dataset.number ?? cell.querySelector("[data-number]")?.dataset.number)
      .filter((text) => text !== undefined).map(Number);
    const count = table.tBodies[0].rows.length;
    head.cells[column].querySelector("button").click();
    const falling = numbers();
    head.cells[column].querySelector("button").click();
    const rising = numbers();
    const ascends = rising.every((value, index) => index === 0 || rising[index - 1] <= value);
    const descends = falling.every((value, index) => index === 0 || falling[index - 1] >= value);
    if (!ascends || !descends || table.tBodies[0].rows.length !== count) return "rows are out of order";
    if (head.cells[column].getAttribute("aria-sort") !== "ascending") return "the heading does not say so";
    sorted += 1;
  }
  return sorted > 0 ? "" : "no table has a button";
})()
"""


def check_print(browser, pictures):
    # A4 with the margins of 1 cm that browsers take.
    browser.call("Emulation.setDeviceMetricsOverride", width=718, height=1047, deviceScaleFactor=1, mobile=False)
    browser.call("Emulation.setEmulatedMedia", media="print")
    wide = browser.evaluate("document.documentElement.scrollWidth - 718")
    check(wide <= 0, f"print: the page is {wide} px wider than the paper")
    small = browser.evaluate(LETTERS.replace("LEAST", "7"))
    check(not small, f"print: charts cannot be read: {small}")
    folded = browser.evaluate(FOLDED)
    check(not folded, f"print: {folded}")
    browser.call("Emulation.setEmulatedMedia", media="")
    pdf = browser.call(
        "Page.printToPDF", printBackground=False, paperWidth=8.27, paperHeight=11.69, marginTop=0.4, marginBottom=0.4,
        marginLeft=0.4, marginRight=0.4)["data"]
    pdf = base64.b64decode(pdf)
    check(pdf.startswith(b"%PDF"), "the page cannot be printed")
    if pictures:
        (pictures / "print.pdf").write_bytes(pdf)


def look(browser, page, pictures, name, width, height, is_phone, scheme):
    browser.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if is_phone else 1,
        mobile=is_phone)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.events.clear()
    browser.call("Page.navigate", url=page.resolve().as_uri())
    browser.wait("Page.loadEventFired")
    wide = browser.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    check(wide <= 0, f"{name}: the page is {wide} px wider than the screen")
    low = browser.evaluate(CONTRAST)
    check(not low, f"{name}: contrast below 4.5:1: {low}")
    small = browser.evaluate(LETTERS.replace("LEAST", "10" if is_phone else "8"))
    check(not small, f"{name}: charts cannot be read: {small}")
    cut = browser.evaluate(CAPTIONS)
    check(not cut, f"{name}: captions leave the screen: {cut}")
    folded = browser.evaluate(FOLDED)
    check(not folded, f"{name}: {folded}")
    if pictures:
        size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": width, "height": min(size["height"], 16_000), "scale": 1}
        data = browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        (pictures / f"{name}.png").write_bytes(base64.b64decode(data))
    if name == "desktop":
        fault = browser.evaluate(SORTING)
        check(not fault, f"sorting: {fault}")
        check_print(browser, pictures)
    for event in browser.events:
        content = event["params"]
        if event["method"] == "Log.entryAdded":
            problems.append(f"{name}: console: {content['entry']['text']}")
        elif event["method"] == "Runtime.consoleAPICalled":
            problems.append(f"{name}: console: {[item.get('value') for item in content['args']]}")
        elif event["method"] == "Runtime.exceptionThrown":
            problems.append(f"{name}: exception: {content['exceptionDetails']['text']}")
        elif event["method"] == "Network.requestWillBeSent":
            address = content["request"]["url"]
            if not address.startswith("data:") and address != page.resolve().as_uri():
                problems.append(f"{name}: a request for {address}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("report", type=pathlib.Path)
    arguments.add_argument("--pictures", type=pathlib.Path)
    options = arguments.parse_args()
    said = check_text(options.report.read_text(encoding="utf-8"))
    names = [os.environ.get("INSIGHTFLOW_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    if program is None:
        problem = "no Chromium is here, so the page was not opened; install it (Scripts/setup.sh --browser, or " \
            "apt-get install chromium) or name one in INSIGHTFLOW_CHROMIUM"
        if os.environ.get("INSIGHTFLOW_REQUIRE_BROWSER") == "1":
            problems.append(problem)
        else:
            print(f"check-report: skipped in part: {problem}")
    else:
        if options.pictures:
            options.pictures.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            browser = Browser(program, profile)
            browser.open()
            for name, width, height, is_phone, scheme in [
                ("desktop", 1280, 900, False, "light"), ("desktop-dark", 1280, 900, False, "dark"),
                ("tablet", 768, 1024, False, "light"), ("phone", 390, 844, True, "light"), ("phone-dark", 390, 844, True, "dark"),
            ]:
                look(browser, options.report, options.pictures, name, width, height, is_phone, scheme)
            browser.close()
        said += "; opened on a desktop and a phone, by day and by night"
    for problem in problems:
        print(f"check-report: error: {problem}")
    if problems:
        sys.exit(1)
    print(f"check-report: {options.report} is sound: {said}")


main()
