// How old a page of the server outside is when it is read; its hour stands there without this, too.
(function () {
  "use strict";
  var OLD_MIN = 15, age = document.getElementById("age"), made = document.querySelector("footer time");
  function show() {
    var minutes = Math.floor((Date.now() - Date.parse(made.getAttribute("datetime"))) / 60000);
    if (!(minutes >= 0)) { return; }   // a phone whose clock is behind says nothing rather than something wrong
    age.textContent = age.getAttribute("data-age").replace("{}", minutes);
    age.hidden = false;
    document.getElementById("old").hidden = minutes < OLD_MIN;
  }
  show();
  window.setInterval(show, 30000);
})();
