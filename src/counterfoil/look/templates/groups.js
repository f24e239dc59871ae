"use strict";
// Shows groups: filters run over the compact index; only the blocks in view are loaded.
// All text enters the page as text nodes, never as markup.
const counterfoil = (() => {
  const FIELDS = ["operation", "kind", "editor", "proposer", "way", "verdict", "reason", "reviewed"];
  const START = { verdict: "kept" };
  const PER_PAGE = 20;
  const MAX_BLOCKS = 60;

  const form = document.getElementById("filters");
  const place = document.getElementById("groups");
  const status = document.getElementById("status");

  let index = { block: 1, groups: [], signatures: [] };
  let words = null;
  let found = [];
  let state = {};
  let current = -1;
  let drawing = 0;
  const blocks = new Map();
  const waiting = new Map();

  // The page's small kit.
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, value);
    node.append(...children.filter((child) => child != null));
    return node;
  };

  const several = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  const load = (address) => {
    if (!waiting.has(address)) {
      waiting.set(address, new Promise((done, failed) => {
        const script = make("script", { src: address });
        script.onload = () => { script.remove(); waiting.delete(address); done(); };
        script.onerror = () => { script.remove(); waiting.delete(address); failed(new Error(`${address} is missing`)); };
        document.head.append(script);
      }));
    }
    return waiting.get(address);
  };

  const blockOf = (group) => Math.floor(group / index.block);

  const loadBlock = async (number) => {
    if (!blocks.has(number)) await load(`groups/${String(number).padStart(6, "0")}.js`);
  };

  // Filters: the address holds them, so that a view can be kept and sent.
  const readState = () => {
    const given = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    return location.hash.length > 1 ? given : { ...START };
  };

  const writeState = (change) => {
    const next = { ...state, page: "", ...change };
    const kept = Object.entries(next).filter(([, value]) => value);
    location.hash = new URLSearchParams(kept.length ? kept : [["verdict", ""]]).toString();
  };

  const find = async () => {
    const passes = index.signatures.map((values) => FIELDS.every((name, i) => !state[name] || values[i] === state[name]));
    const wanted = (state.text || "").toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length && !words) await load("groups/search.js");
    const reads = (group, foil) => wanted.every((word) => words[group][0].includes(word) || words[group][foil + 1].includes(word));
    const matches = [];
    index.groups.forEach((codes, group) => {
      const foils = [];
      codes.forEach((code, foil) => { if (passes[code] && (!wanted.length || reads(group, foil))) foils.push(foil); });
      if (foils.length) matches.push({ group, foils });
    });
    return matches;
  };

  const fillSelects = () => {
    FIELDS.forEach((name, i) => {
      const counts = new Map();
      index.groups.flat().forEach((code) => {
        const value = index.signatures[code][i];
        if (value) counts.set(value, (counts.get(value) || 0) + 1);
      });
      const options = [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1))
        .map(([value, count]) => make("option", { value }, `${value} (${count.toLocaleString("en")})`));
      form.elements[name].replaceChildren(make("option", { value: "" }, "all"), ...options);
    });
  };

  // Drawing.
  const caption = (pieces, mark) => pieces.map((piece, i) => (!piece ? null : i % 2 ? make("mark", { class: mark }, piece) : piece));

  const inline = (foil) => foil.true.flatMap((piece, i) => {
    if (i % 2 === 0) return [piece];
    return [
      piece.trim() ? make("del", {}, piece) : piece,
      foil.negative[i].trim() ? make("ins", {}, foil.negative[i]) : foil.negative[i],
    ];
  });

  const outline = (box) => {
    if (!box) return make("span", { class: "outline whole" });
    const sides = [box[0], box[1], 1 - box[2], 1 - box[3]].map((side) => `${side * 100}%`);
    return make("span", { class: "outline", style: `inset: ${sides[1]} ${sides[2]} ${sides[3]} ${sides[0]}` });
  };

  const picture = (source, pieces, name, mark, box) => {
    const said = `${name}: ${pieces.join("")}`;
    const frame = source
      ? make("div", { class: "frame", style: `aspect-ratio: ${source[1]} / ${source[2]}` },
        make("img", { src: source[0], width: source[1], height: source[2], loading: "lazy", draggable: "false", alt: said }),
        outline(box))
      : make("div", { class: "frame none" }, "no picture");
    return make("figure", {}, frame, make("figcaption", { dir: "auto" }, ...caption(pieces, mark)));
  };

  const verdict = (signature, foil) => {
    if (signature.verdict === "kept") return null;
    return make("p", { class: "refused" }, signature.reason, foil.detail ? make("span", { dir: "auto" }, ` - ${foil.detail}`) : null);
  };

  const scores = (foil) => make("dl", { class: "scores" },
    ...foil.scores.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, String(value)))));

  const change = (foil) => (foil.before || foil.after ? `${foil.before || "nothing"} \u2192 ${foil.after || "nothing"}` : "");

  const facts = (signature, foil) => {
    const told = [
      change(foil),
      signature.editor && `painted by ${signature.editor}`,
      signature.proposer && `proposed by ${signature.proposer}`,
      ...(foil.models || []),
    ].filter(Boolean);
    return make("p", { class: "facts" }, ...told.map((text) => make("bdi", {}, text)));
  };

  const card = (group, foil, signature) => make("article", { class: `foil ${signature.verdict}` },
    make("span", { class: "cell" }, `${signature.operation} ${signature.kind}`),
    make("div", { class: "pair" },
      picture(group.picture, foil.true, "original", "del", foil.box),
      picture(foil.picture, foil.negative, "negative", "ins", foil.box)),
    verdict(signature, foil),
    facts(signature, foil),
    foil.scores ? scores(foil) : null);

  const line = (foil, signature) => make("li", { class: signature.verdict },
    make("span", { class: "cell" }, `${signature.operation} ${signature.kind}`.trim() || "sample"),
    make("span", { class: "words", dir: "auto" }, ...inline(foil)),
    make("bdi", { class: "change" }, foil.true.length > 1 ? "" : change(foil)),
    make("span", { class: "maker" }, signature.proposer),
    verdict(signature, foil));

  const list = (title, foils, open) => {
    if (!foils.length) return null;
    const folded = make("details", { class: "lines" }, make("summary", {}, title));
    folded.open = open;
    const fill = () => { if (folded.open && folded.children.length === 1) folded.append(make("ul", {}, ...foils.map((each) => line(...each)))); };
    folded.addEventListener("toggle", fill);
    fill();
    return folded;
  };

  const section = ({ group: number, foils }) => {
    const group = blocks.get(blockOf(number))[number % index.block];
    const chosen = foils.map((i) => [group.foils[i], named(group.foils[i].code)]);
    const pictured = chosen.filter(([foil]) => foil.picture);
    const text = chosen.filter(([foil, signature]) => !foil.picture && signature.verdict === "kept");
    const refused = chosen.filter(([foil, signature]) => !foil.picture && signature.verdict !== "kept");
    const alone = group.picture && !pictured.length
      ? make("img", { class: "alone", src: group.picture[0], width: group.picture[1], height: group.picture[2], loading: "lazy", alt: group.captions[0] || group.key })
      : null;
    return make("section", { class: "group", tabindex: "-1", "aria-label": `group ${group.key}` },
      make("header", {},
        make("h2", {}, make("bdi", {}, group.key)),
        group.licence ? make("span", { class: "licence", dir: "auto" }, group.licence) : null),
      make("ul", { class: "captions" }, ...group.captions.map((text) => make("li", { dir: "auto" }, text))),
      alone,
      make("div", { class: "foils" }, ...pictured.map((each) => card(group, ...each))),
      list(several(text.length, "text-only foil"), text, !pictured.length),
      list(`${refused.length} rejected without a picture`, refused, !pictured.length && !text.length));
  };

  const named = (code) => Object.fromEntries(FIELDS.map((name, i) => [name, index.signatures[code][i]]));

  const pager = (page, pages) => {
    const step = (text, to) => {
      const button = make("button", { type: "button" }, text);
      button.disabled = to < 0 || to >= pages;
      button.onclick = () => turn(to);
      return button;
    };
    return [step("\u2190", page - 1), `page ${pages ? page + 1 : 0} of ${pages}`, step("\u2192", page + 1)];
  };

  const turn = (page) => { writeState({ page: page ? String(page + 1) : "" }); scrollTo(0, 0); };
  const pageNow = () => Math.max(0, (parseInt(state.page, 10) || 1) - 1);
  const numPages = () => Math.ceil(found.length / PER_PAGE);

  const draw = async () => {
    const ticket = ++drawing;
    state = readState();
    [...form.elements].forEach((field) => {
      if (!field.name || field === document.activeElement && field.name === "text") return;
      field.value = state[field.name] || "";
      if (field.selectedIndex === -1) field.value = "";
    });
    const matches = await find();
    const page = Math.min(pageNow(), Math.max(0, Math.ceil(matches.length / PER_PAGE) - 1));
    const shown = matches.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
    await Promise.all([...new Set(shown.map(({ group }) => blockOf(group)))].map(loadBlock));
    if (ticket !== drawing) return;
    found = matches;
    current = -1;
    place.replaceChildren(...shown.map(section));
    const foils = matches.reduce((sum, match) => sum + match.foils.length, 0);
    status.textContent = `${several(foils, "foil")} in ${several(matches.length, "group")}`;
    document.querySelectorAll(".pager").forEach((node) => node.replaceChildren(...pager(page, numPages())));
    for (const number of blocks.keys()) if (blocks.size > MAX_BLOCKS) blocks.delete(number);
    document.body.dataset.ready = String(ticket);
  };

  const redraw = () => draw().catch((error) => { status.textContent = `This report is not whole: ${error.message}`; });

  // Keys.
  const goTo = (number) => {
    const sections = place.children;
    if (number >= sections.length && pageNow() + 1 < numPages()) return turn(pageNow() + 1);
    if (number < 0 && current === 0 && pageNow() > 0) return turn(pageNow() - 1);
    current = Math.min(Math.max(number, 0), sections.length - 1);
    if (current < 0) return;
    sections[current].focus({ preventScroll: true });
    sections[current].scrollIntoView({ block: "start" });
  };

  const keys = {
    j: () => goTo(current + 1),
    k: () => goTo(current - 1),
    n: () => pageNow() + 1 < numPages() && turn(pageNow() + 1),
    p: () => pageNow() > 0 && turn(pageNow() - 1),
    f: () => form.elements.text.focus(),
    x: () => flicker.hold([...(place.children[Math.max(current, 0)] || place).querySelectorAll(".pair")]),
  };

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.activeElement.blur();
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key === "x" || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("keyup", (event) => event.key === "x" && flicker.release());

  let timer = 0;
  form.addEventListener("input", (event) => {
    const { name, value } = event.target;
    const change = { [name]: value };
    if (name === "reason" && value) change.verdict = "rejected";
    if (name === "verdict" && value !== "rejected") change.reason = "";
    clearTimeout(timer);
    timer = setTimeout(() => writeState(change), name === "text" ? 250 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); form.elements.text.value = ""; location.hash = ""; redraw(); });
  addEventListener("hashchange", redraw);

  return {
    index: (value) => { index = value; fillSelects(); redraw(); },
    search: (value) => { words = value; },
    block: (number, groups) => { blocks.set(number, groups); },
  };
})();
