"use strict";
// The report stands in the page in both languages; this shows one of them.
(() => {
  const page = document.documentElement, button = document.getElementById("language");
  const show = (language) => {
    page.dataset.shown = language;
    page.lang = language === "zh" ? "zh-CN" : "en";
    button.textContent = language === "zh" ? "English" : "中文";
  };
  button.onclick = () => show(page.dataset.shown === "zh" ? "en" : "zh");
  show((navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en");
})();
