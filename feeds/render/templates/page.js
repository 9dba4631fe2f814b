// What makes the pages handier; all of them work without it.
"use strict";
{
  const all = (selector) => document.querySelectorAll(selector);
  const spoken = document.body.dataset.spoken;

  // Times of the last week as ages, in whole units that have passed.
  const ages = () => {
    const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
    const say = new Intl.RelativeTimeFormat(spoken);
    const now = new Intl.RelativeTimeFormat(spoken, { numeric: "auto" }).format(0, "second");
    for (const time of all("time")) {
      const age = (Date.now() - Date.parse(time.dateTime)) / 1000;
      time.title ||= time.textContent;
      const unit = units.find(([, seconds]) => age >= seconds);
      if (age <= -60 || age >= 604800) time.textContent = time.title;
      else time.textContent = unit ? say.format(-Math.floor(age / unit[1]), unit[0]) : now;
    }
  };
  try {
    ages();
    setInterval(ages, 60000);
  } catch {
    // A browser without these words shows the dates.
  }

  // Copy an address; where the browser does not allow that, select it.
  const said = document.getElementById("said");
  const select = (code) => getSelection().selectAllChildren(code);
  for (const button of all(".copy")) {
    button.hidden = false;
    button.onclick = async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        select(code);
        if (!document.execCommand("copy")) return;
      }
      const label = button.firstChild;
      const before = label.data;
      if (before === button.dataset.done) return;
      label.data = button.dataset.done;
      said.textContent = said.dataset.copied;
      button.classList.add("done");
      setTimeout(() => {
        label.data = before;
        said.textContent = "";
        button.classList.remove("done");
      }, 2500);
    };
  }

  // Find a section by what is typed, in any spelling.
  const fold = (text) =>
    text.normalize("NFKD").toLowerCase().replace(/[\p{M}\u0640\u0621]/gu, "").replace(/\u0649/g, "\u064a")
      .replace(/\u0671/g, "\u0627").replace(/\u0629/g, "\u0647").trim();
  const filter = document.getElementById("filter");
  if (filter) {
    filter.parentElement.hidden = false;
    filter.oninput = () => {
      const wanted = fold(filter.value);
      let found = 0;
      for (const card of all(".cards .card")) {
        card.hidden = !fold(card.dataset.names).includes(wanted);
        found += !card.hidden;
      }
      document.getElementById("none").hidden = found > 0;
    };
    filter.oninput();
  }

  // The address of several sections, as they are chosen.
  const form = document.querySelector(".join");
  if (form) {
    const show = () => {
      const slugs = [...form.querySelectorAll(":checked")].map((box) => box.value).sort();
      const joined = form.querySelector(".joined");
      joined.hidden = !slugs.length;
      const address = `${form.dataset.base}${slugs.map(encodeURIComponent).join("+")}/rss.xml`;
      // One that is too long for its line goes on behind a slash or a plus sign.
      const parts = address.match(/[^/+]*[/+]?/g).flatMap((part) => [part, document.createElement("wbr")]);
      joined.querySelector("code").replaceChildren(...parts);
    };
    form.onchange = show;
    show();
  }
}
