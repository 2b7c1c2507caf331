"use strict";
Steps.run(async ({ check, wait, text }) => {
  const shown = (language) => [...document.querySelectorAll(`main [lang="${language}"]`)]
    .filter((element) => element.getClientRects().length).length;
  check("no script of the data ran", window.hacked === undefined, window.hacked);
  check("hostile names are shown", text(".modelled").includes("<script>"), text(".modelled"));
  check("English is shown", shown("en") > 50 && shown("zh") === 0, `${shown("en")} ${shown("zh")}`);
  document.getElementById("language").click();
  await wait();
  check("Chinese is shown", shown("zh") > 50 && shown("en") === 0, `${shown("en")} ${shown("zh")}`);
  check("the page says so", document.documentElement.lang === "zh-CN");
  check("there are four histograms", document.querySelectorAll(".charts svg").length === 4);
  check("every bar has a height", [...document.querySelectorAll(".charts rect")].every((bar) => bar.getBBox().height >= 0));
  check("the worst grids have maps and reasons", document.querySelectorAll(".worst svg path").length > 4
    && document.querySelectorAll(".worst p").length > 4);
  check("eight principles and three rules", [...document.querySelectorAll("table tr .pass, table tr .fail")].length >= 8);
  check("nothing is wider than the page", document.documentElement.scrollWidth <= window.innerWidth, document.documentElement.scrollWidth);
});
