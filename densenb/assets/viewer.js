// A canvas that shows one picture or two of a part of an image, and is moved and magnified by mouse, touch and keyboard.
//
// What is drawn is made in Python; this module only places it. All lengths are in device pixels of the screen, all positions
// (row, col) in pixels of the image. `view` is [row, col, scale]: what lies in the middle and screen px per image px, or null: all of it.

const FONT = "12px system-ui, sans-serif";
const GAP = 6;         // between two panels
const GRIP = 10;       // how near to the curtain a drag takes hold of it
const STYLE = `
.densenb-viewer { outline: none; }
.densenb-viewer canvas { display: block; width: 100%; border-radius: 3px; touch-action: none; cursor: crosshair; background: #3a3a3a; }
.densenb-viewer canvas:focus-visible { outline: 3px solid #0072B2; outline-offset: -3px; }
.densenb-readout { font: 12px/1.5 ui-monospace, monospace; min-height: 1.5em; padding: 3px 2px 0; white-space: pre-wrap;
  color: var(--jp-ui-font-color1, inherit); font-variant-numeric: tabular-nums; }`;

function fitted(size, panel) {
  return [size[0] / 2, size[1] / 2, Math.min(panel[0] / size[0], panel[1] / size[1])];
}

// Never so far away that the image vanishes, never closer than 64 screen pixels per pixel.
function limited(view, size, panel) {
  const least = Math.min(fitted(size, panel)[2], 1) / 4;
  const clip = (x, low, high) => Math.min(Math.max(x, low), high);
  return [clip(view[0], 0, size[0]), clip(view[1], 0, size[1]), clip(view[2], least, 64)];
}

// Several calls within `wait` milliseconds become one, the last.
function together(action, wait) {
  let timer = null;
  return () => { timer ??= setTimeout(() => { timer = null; action(); }, wait); };
}

async function decoded(bytes) {
  return bytes ? createImageBitmap(new Blob([bytes], { type: "image/png" })) : null;
}

// ipywidgets puts a label beside a slider and does not say that it belongs to it: a screen reader would read a number alone.
function nameControls(within) {
  for (const handle of within.querySelectorAll("[role=slider]")) {
    const label = handle.closest(".jupyter-widgets")?.querySelector(".widget-label")?.textContent ?? "";
    const end = handle.closest(".noUi-base")?.querySelectorAll("[role=slider]").length > 1
      ? (handle.classList.contains("noUi-handle-lower") ? ", lower limit" : ", upper limit") : "";
    handle.setAttribute("aria-label", label + end);
  }
  for (const film of within.querySelectorAll(".widget-play")) {
    const names = ["Play or pause the slices", "Stop at the first slice", "Repeat"];
    film.querySelectorAll("button").forEach((button, k) => { button.title = names[k] ?? ""; });
  }
}

function render({ model, el }) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  const root = document.createElement("div");
  root.className = "densenb-viewer";
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  const readout = document.createElement("div");
  readout.className = "densenb-readout";
  readout.setAttribute("role", "status");
  root.append(canvas, readout);
  el.append(style, root);
  const context = canvas.getContext("2d");

  let frame = null;      // {window: [top, left, bottom, right], before, after}: pictures that have been decoded
  let order = 0;         // of the frames, so that one that is decoded late does not replace a later one
  let view = null;
  let drag = null;

  const get = (name) => model.get(name);
  const size = () => get("size");
  const two = () => get("layout_name") === "side by side";
  const ratio = () => window.devicePixelRatio || 1;
  const panel = () => [canvas.height, two() ? Math.floor((canvas.width - GAP) / 2) : canvas.width];
  const current = () => view ?? fitted(size(), panel());
  const lefts = () => (two() ? [0, panel()[1] + GAP] : [0]);

  const send = together(() => {
    model.set("view", view);
    model.set("panel", panel());
    model.save_changes();
  }, 25);
  const sendCursor = together(() => model.save_changes(), 40);

  function place(left, row, col) {
    const [r, c, scale] = current();
    return [left + panel()[1] / 2 + (col - c) * scale, canvas.height / 2 + (row - r) * scale];
  }

  function imagePosition(event) {
    const box = canvas.getBoundingClientRect();
    const x = (event.clientX - box.left) * canvas.width / box.width;
    const y = (event.clientY - box.top) * canvas.height / box.height;
    const left = two() && x > panel()[1] + GAP / 2 ? panel()[1] + GAP : 0;
    const [r, c, scale] = current();
    return { x, y, row: r + (y - canvas.height / 2) / scale, col: c + (x - left - panel()[1] / 2) / scale };
  }

  function drawPicture(picture, left, from = 0, to = 1) {
    if (!picture) return;
    const [top, first, bottom, last] = frame.window;
    const [x, y] = place(left, top, first);
    const scale = current()[2];
    const x0 = Math.round(x), y0 = Math.round(y), width = Math.round((last - first) * scale), height = Math.round((bottom - top) * scale);
    context.save();
    context.beginPath();
    context.rect(left + from * panel()[1], 0, (to - from) * panel()[1], canvas.height);
    context.clip();
    context.imageSmoothingEnabled = picture.width < last - first || scale < 1;   // true pixels where they can be seen
    context.drawImage(picture, x0, y0, width, height);
    context.restore();
  }

  // Rectangles and lines in image coordinates, drawn on top with a dark rim so that they show on any ground.
  function drawMarks(left, which) {
    context.save();
    context.beginPath();
    context.rect(left, 0, panel()[1], canvas.height);
    context.clip();
    for (const mark of get("marks") ?? []) {
      if (two() && mark.panel !== undefined && mark.panel !== which) continue;
      const width = (mark.width ?? 1.5) * ratio();
      for (const [color, w] of [["rgba(0, 0, 0, 0.55)", width + 1.5 * ratio()], [mark.color ?? "#F0E442", width]]) {
        context.strokeStyle = color;
        context.lineWidth = w;
        context.setLineDash(mark.dashed ? [5 * ratio(), 4 * ratio()] : []);
        context.beginPath();
        mark.points.forEach(([row, col], k) => context[k ? "lineTo" : "moveTo"](...place(left, row, col)));
        if (mark.closed) context.closePath();
        context.stroke();
      }
      if (mark.text) caption(mark.text, ...place(left, ...mark.points[0]));
    }
    context.restore();
  }

  function caption(text, x, y, right = false) {
    context.font = FONT.replace("12px", `${12 * ratio()}px`);
    const width = context.measureText(text).width + 8 * ratio();
    const height = 18 * ratio();
    const x0 = Math.min(Math.max(right ? x - width : x, 0), canvas.width - width), y0 = Math.min(Math.max(y, 0), canvas.height - height);
    context.fillStyle = "rgba(0, 0, 0, 0.62)";
    context.fillRect(x0, y0, width, height);
    context.fillStyle = "#ffffff";
    context.textBaseline = "middle";
    context.fillText(text, x0 + 4 * ratio(), y0 + height / 2);
  }

  function drawCursor(left) {
    const cursor = get("cursor");
    if (!cursor || !(two() || document.activeElement === canvas)) return;
    const [x, y] = place(left, cursor[0] + 0.5, cursor[1] + 0.5);
    const arm = 9 * ratio(), hole = 3 * ratio();
    for (const [color, width] of [["rgba(0, 0, 0, 0.7)", 3], ["#ffffff", 1.2]]) {
      context.strokeStyle = color;
      context.lineWidth = width * ratio();
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(x + dx * hole, y + dy * hole);
        context.lineTo(x + dx * arm, y + dy * arm);
      }
      context.stroke();
    }
  }

  function draw() {
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!frame) return;
    const names = frame.names ?? get("names"), layout = get("layout_name"), x = get("curtain") * panel()[1];
    if (layout === "curtain") {
      drawPicture(frame.before, 0, 0, get("curtain"));
      drawPicture(frame.after, 0, get("curtain"), 1);
      context.fillStyle = "#ffffff";
      context.fillRect(x - ratio(), 0, 2 * ratio(), canvas.height);
      context.fillRect(x - 4 * ratio(), canvas.height / 2 - 16 * ratio(), 8 * ratio(), 32 * ratio());
    } else if (two()) {
      drawPicture(frame.before, lefts()[0]);
      drawPicture(frame.after, lefts()[1]);
    } else {
      drawPicture(frame.after, 0);
    }
    lefts().forEach((left, which) => {
      drawMarks(left, which);
      drawCursor(left);
    });
    if (two()) names.forEach((name, k) => name && caption(name, lefts()[k] + 6, 6));
    if (layout === "curtain") [x - 6, x + 6].forEach((at, k) => names[k] && caption(names[k], at, 6, k === 0));
    canvas.dataset.drawn = String(Number(canvas.dataset.drawn ?? 0) + 1);
  }

  function look(next) {
    view = next && limited(next, size(), panel());
    draw();
    send();
  }

  // Magnify so that the given place of the image stays where it is on the screen.
  function magnify(factor, row, col) {
    const [r, c, scale] = current();
    const next = limited([r, c, scale * factor], size(), panel())[2];
    look([row + (r - row) * scale / next, col + (c - col) * scale / next, next]);
  }

  function moveCursor(row, col) {
    const inside = row >= 0 && col >= 0 && row < size()[0] && col < size()[1];
    model.set("cursor", inside ? [Math.floor(row), Math.floor(col)] : null);
    sendCursor();
    draw();
  }

  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;   // else the page could not be scrolled past it
    event.preventDefault();
    const at = imagePosition(event);
    magnify(Math.exp(-event.deltaY / 400), at.row, at.col);
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const at = imagePosition(event);
    const held = get("layout_name") === "curtain" && Math.abs(at.x - get("curtain") * panel()[1]) < GRIP * ratio();
    drag = { ...at, view: current(), curtain: held };
  });

  canvas.addEventListener("pointermove", (event) => {
    const at = imagePosition(event);
    if (drag?.curtain) {
      model.set("curtain", Math.min(Math.max(at.x / panel()[1], 0), 1));
      sendCursor();
      draw();
    } else if (drag) {
      const [r, c, scale] = drag.view;
      if (Math.hypot(at.x - drag.x, at.y - drag.y) > 2) look([r - (at.y - drag.y) / scale, c - (at.x - drag.x) / scale, scale]);
    } else {
      moveCursor(at.row, at.col);
    }
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { drag = null; });
  canvas.addEventListener("pointerleave", () => { if (!drag) moveCursor(-1, -1); });
  canvas.addEventListener("dblclick", () => look(null));
  canvas.addEventListener("focus", draw);
  canvas.addEventListener("blur", draw);

  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [r, c, scale] = current(), arrow = arrows[event.key];
    const actions = {
      "+": () => magnify(1.25, r, c), "=": () => magnify(1.25, r, c), "-": () => magnify(0.8, r, c),
      "0": () => look(null), "1": () => look([r, c, 1]),
      PageUp: () => model.send({ step: -1 }), PageDown: () => model.send({ step: 1 }),
    };
    if (arrow && event.shiftKey) {
      const cursor = get("cursor") ?? [Math.floor(r), Math.floor(c)];
      moveCursor(...cursor.map((x, k) => Math.min(Math.max(x + arrow[k], 0), size()[k] - 1)));
    } else if (arrow) {
      look([r + arrow[0] * panel()[0] / scale / 10, c + arrow[1] * panel()[1] / scale / 10, scale]);
    } else if (actions[event.key]) {
      actions[event.key]();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  async function newFrame() {
    const mine = ++order, given = get("frame");
    if (!given?.after) return;
    const [before, after] = await Promise.all([decoded(given.before), decoded(given.after)]);
    if (mine < order) return;
    frame = { window: given.window, before, after, names: given.names };
    canvas.dataset.frame = String(given.number);
    draw();
  }

  // Keys that are pressed here or in the controls around belong to them: JupyterLab would go to another cell at an arrow key.
  // It looks for the mark from the focused element upwards and stops at the first match of its own, so that the element needs it.
  function keepKeys() {
    let outermost = root;
    for (let node = root; node; node = node.parentElement) if (node.classList.contains("jupyter-widgets")) outermost = node;
    if (outermost.dataset.lmSuppressShortcuts) return;
    outermost.dataset.lmSuppressShortcuts = "true";
    outermost.addEventListener("focusin", (event) => { event.target.dataset.lmSuppressShortcuts = "true"; });
    nameControls(outermost);
  }

  function resize() {
    const width = Math.round(root.clientWidth * ratio()), height = Math.round(get("height") * ratio());
    if (!width) return;
    keepKeys();
    canvas.style.height = `${get("height")}px`;
    canvas.width = width;
    canvas.height = height;
    draw();
    send();
  }

  const say = () => { readout.textContent = get("readout"); };
  const name = () => canvas.setAttribute("aria-label", get("label"));
  model.on("change:frame", newFrame);
  model.on("change:view", () => { view = get("view"); draw(); });
  model.on("change:layout_name", () => { draw(); send(); });
  for (const trait of ["curtain", "marks", "names", "size"]) model.on(`change:${trait}`, draw);
  model.on("change:height", resize);
  model.on("change:readout", say);
  model.on("change:label", name);
  const observer = new ResizeObserver(resize);
  observer.observe(root);
  view = get("view");
  say();
  name();
  newFrame();
  return () => observer.disconnect();
}

export default { render };
