"use strict";
// Pages are swapped in, not loaded anew. Every link, filter and verdict works without this script, too.
(() => {
  const get = (id) => document.getElementById(id);
  const views = ["pair", "flicker", "difference"];
  let busy = false;

  const tell = (text) => {
    const told = get("told") || Object.assign(document.createElement("p"), { id: "told", className: "told" });
    told.setAttribute("role", "alert");
    told.textContent = text;
    get("page").prepend(told);
  };

  // What one set stays set from foil to foil: view, region, keys.
  const settle = () => {
    const view = get(`view-${sessionStorage.getItem("view")}`);
    if (view) view.checked = true;
    for (const id of ["region", "keys"]) if (get(id)) get(id).checked = localStorage.getItem(id) !== "off";
    for (const link of document.querySelectorAll(".preload")) new Image().src = link.href;
  };

  const show = (text, judged) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.getElementById("page")) return tell(text);
    const focused = judged ? "foil" : document.activeElement.id;
    const open = [...document.querySelectorAll("details[open][id]")].map((folded) => folded.id);
    get("page").replaceWith(document.adoptNode(fresh.getElementById("page")));
    document.title = fresh.title;
    for (const id of open) get(id)?.setAttribute("open", "");
    settle();
    if (focused && get(focused)) get(focused).focus({ preventScroll: true });
    return undefined;
  };

  const visit = async (address, body) => {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(address, { method: body ? "POST" : "GET", body });
      const text = await answer.text();
      if (answer.ok && answer.url !== location.href) history.pushState(null, "", answer.url);
      show(text, Boolean(body));
    } catch {
      tell("The server does not answer: nothing more was saved. Start it again, then repeat this.");
    } finally {
      busy = false;
    }
  };

  const send = (form, button) => {
    const fields = [...new FormData(form, button)];
    const address = form.getAttribute("action");
    if (form.method === "post") return visit(address, new URLSearchParams(fields));
    const chosen = new URLSearchParams(fields.filter(([, value]) => value && value !== "0"));
    return visit(`${address}?${chosen}`);
  };

  addEventListener("click", (event) => {
    // The second half of a double click would judge a foil that nobody has seen.
    if (event.detail > 1 && event.target.closest(".bar button")) return event.preventDefault();
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
    event.preventDefault();
    return visit(link.href).then(() => scrollTo(0, 0));
  });
  addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });
  addEventListener("change", (event) => {
    const { form, name, id, checked, value } = event.target;
    if (name === "view") sessionStorage.setItem("view", value);
    else if (id === "region" || id === "keys") localStorage.setItem(id, checked ? "on" : "off");
    else if (form && form.method === "get" && form.reportValidity()) send(form);
  });
  addEventListener("popstate", () => visit(location.href));

  const turn = () => {
    const next = views[(views.findIndex((view) => get(`view-${view}`)?.checked) + 1) % views.length];
    get(`view-${next}`)?.click();
  };
  const press = (id) => () => get(id)?.click();
  const keys = {
    a: press("accept"), u: press("undo"), j: press("next"), k: press("previous"), r: press("region"), v: turn,
    n: () => get("note")?.focus(), "/": () => { get("filters")?.setAttribute("open", ""); get("words")?.focus(); },
    x: () => flicker.hold([...document.querySelectorAll(".pair")]),
  };
  for (const number of [1, 2, 3, 4, 5]) keys[number] = press(`reject-${number}`);

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.activeElement.blur();
    const typing = event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
    const off = get("keys") && !get("keys").checked;
    if (typing || off || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("keyup", (event) => event.key === "x" && flicker.release());

  document.documentElement.classList.add("scripted");
  settle();
})();
