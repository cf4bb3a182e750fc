"""A browser's tabs, in which one test after another opens the page.

The page takes a processor half as long in a tab that has shown it before.
"""

from collections import defaultdict

# Without a graphics card, what moves takes much of a test's time. Where motion is the claim, a test
# asks for it.
STILL = {"reduced_motion": "reduce"}
SEEN = STILL | {"color_scheme": "light", "forced_colors": "none"}


class Tabs:
    """Tabs by profile: what Playwright's `new_context` takes; {} is a still desktop."""

    def __init__(self, browser):
        self._browser, self._idle = browser, defaultdict(list)
        self._contexts = {self._key({}): browser.contexts[0]}  # the only one that keeps scripts

    def take(self, profile):
        """Return a tab that nobody uses, in front of all others."""
        idle = self._idle[self._key(profile)]
        page = idle.pop() if idle else self.open(profile)
        page.bring_to_front()  # behind another, a page draws one frame a second
        return page

    def open(self, profile):
        """Return a new tab, in front of all others."""
        key = self._key(profile)
        if key not in self._contexts:
            self._contexts[key] = self._browser.new_context(**STILL | profile)
        return self._contexts[key].new_page()

    def give_back(self, page, profile, again=True):
        """Take a tab back as it was when it was new, to be used again or to be closed."""
        if page.is_closed():
            return
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.goto("about:blank")
        page.mouse.move(0, 0)
        page.emulate_media(**{name: profile.get(name, usual) for name, usual in SEEN.items()})
        page.context.clear_cookies()
        page.context.clear_permissions()
        if again:
            self._idle[self._key(profile)].append(page)
        else:
            page.close()

    @staticmethod
    def _key(profile):
        return repr(sorted(profile.items()))
