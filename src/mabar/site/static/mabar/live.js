// The live stream tells that something changed at the place; what changed, the page asks for itself.
(function () {
  "use strict";
  const told = document.querySelector("[data-live-place]");
  if (!told || !window.EventSource) { return; }

  // A little later, and not every screen at once: many changes become one question, and many screens do not ask together.
  const SETTLE_MS = 1200, SPREAD_MS = 500;
  let waiting = 0;
  function changed() {
    if (waiting) { return; }
    waiting = window.setTimeout(function () {
      waiting = 0;
      document.body.dispatchEvent(new CustomEvent("mabar:changed"));
    }, SETTLE_MS + Math.random() * SPREAD_MS);
  }

  // Whoever is signed out meanwhile is led to the sign-in, not shown it inside the page.
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    const asked = new URL(event.detail.pathInfo.requestPath, window.location.href);
    const answered = new URL(event.detail.xhr.responseURL || asked.href);
    if (answered.pathname === asked.pathname) { return; }
    event.detail.shouldSwap = false;
    window.location.reload();
  });

  const address = told.dataset.liveOrigin + "/live?place=" + encodeURIComponent(told.dataset.livePlace);
  const stream = new EventSource(address, { withCredentials: true });
  // What happened while nobody listened is asked for as soon as the stream stands.
  stream.addEventListener("open", changed);
  stream.addEventListener("changed", changed);
  window.addEventListener("pagehide", function () { stream.close(); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });
})();
