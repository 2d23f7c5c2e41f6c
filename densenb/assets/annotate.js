// A canvas on which labels are painted.
//
// Labels live in Python; this module keeps a copy of the slice in view and paints it by the same rule, so that a stroke shows
// while it is drawn, whatever the kernel is doing. Positions are whole pixels (row, col); `view` is [row, col, scale]: what lies
// in the middle of the canvas and screen pixels per image pixel, or null: the whole slice.

const STYLE = `
.densenb-annotate { outline: none; max-width: 900px; font: 13px/1.4 system-ui, sans-serif; color: var(--jp-ui-font-color1, inherit); }
.densenb-annotate canvas { display: block; width: 100%; border-radius: 3px; touch-action: none; cursor: none; background: #3a3a3a; }
.densenb-annotate canvas.panning { cursor: grabbing; }
.densenb-annotate :is(button, input):focus-visible { outline: 3px solid #0072B2; outline-offset: 1px; }
.densenb-annotate canvas:focus-visible { outline: 3px solid #0072B2; outline-offset: -3px; }
.densenb-annotate .bar { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; padding: 3px 0; }
.densenb-annotate .group { display: flex; gap: 4px; align-items: center; white-space: nowrap; }
.densenb-annotate button { font: inherit; color: inherit; padding: 3px 9px; border-radius: 4px; cursor: pointer;
  border: 1px solid var(--jp-border-color1, #bdbdbd); background: var(--jp-layout-color1, #fff); }
.densenb-annotate button:disabled { opacity: 0.4; cursor: default; }
.densenb-annotate button[aria-checked="true"] { border-color: currentColor; box-shadow: inset 0 0 0 1px currentColor; font-weight: 600; }
.densenb-annotate .swatch { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 6px; border-radius: 2px; vertical-align: -1px; }
.densenb-annotate input[type="range"] { width: 110px; accent-color: #0072B2; }
.densenb-annotate output { display: inline-block; min-width: 3.2em; font-variant-numeric: tabular-nums; }
.densenb-annotate .status { min-height: 1.5em; padding-top: 3px; font-variant-numeric: tabular-nums; color: var(--jp-ui-font-color2, #555); }`;

const clip = (x, low, high) => Math.min(Math.max(x, low), high);

// The rule. A pixel belongs to a stroke if its distance from the line through the stroke's pixels is at most half the width.
// All numbers are whole: the result is exact, and the same as that of densenb.annotation.draw_stroke.
export function drawStroke(plane, rows, cols, label, width, points) {
  const reach = Math.floor(width / 2);
  let changed = null;
  for (let k = 0; k < Math.max(points.length - 1, 1); k++) {
    const [r0, c0] = points[k], [r1, c1] = points[Math.min(k + 1, points.length - 1)];
    const top = Math.max(Math.min(r0, r1) - reach, 0), bottom = Math.min(Math.max(r0, r1) + reach + 1, rows);
    const left = Math.max(Math.min(c0, c1) - reach, 0), right = Math.min(Math.max(c0, c1) + reach + 1, cols);
    const dr = r1 - r0, dc = c1 - c0, length = dr * dr + dc * dc, limit = width * width;
    for (let row = top; row < bottom; row++) {
      for (let col = left; col < right; col++) {
        const r = row - r0, c = col - c0, along = r * dr + c * dc;
        let near;
        if (along <= 0) near = 4 * (r * r + c * c) <= limit;
        else if (along >= length) near = 4 * ((row - r1) * (row - r1) + (col - c1) * (col - c1)) <= limit;
        else near = 4 * (r * dc - c * dr) * (r * dc - c * dr) <= limit * length;
        if (near) plane[row * cols + col] = label;
      }
    }
    if (top < bottom && left < right) {
      changed = changed
        ? [Math.min(changed[0], top), Math.min(changed[1], left), Math.max(changed[2], bottom), Math.max(changed[3], right)]
        : [top, left, bottom, right];
    }
  }
  return changed;
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Int8Array(await new Response(stream).arrayBuffer());
}

function rgb(color) {
  return [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
}

// What all views of one widget share: the slice, its labels, and the strokes that Python has not answered yet.
const slices = new Map();

function sharedSlice(model) {
  const key = model.get("key");
  if (!slices.has(key)) {
    slices.set(key, {
      size: [1, 1], example: -1, picture: null, plane: null, layer: null, order: 0,
      pending: [], drawn: null, sent: model.get("plane").after ?? 0, draws: new Set(),
    });
  }
  return slices.get(key);
}

function colorLayer(slice, colors, window) {
  const [rows, cols] = slice.size, table = colors.map(rgb);
  const [top, left, bottom, right] = window ?? [0, 0, rows, cols];
  if (bottom <= top || right <= left) return;
  const image = new ImageData(right - left, bottom - top);
  for (let row = top, at = 0; row < bottom; row++) {
    for (let col = left; col < right; col++, at += 4) {
      const label = slice.plane[row * cols + col];
      if (label >= 0) image.data.set([...table[label], 255], at);
    }
  }
  slice.layer.getContext("2d").putImageData(image, left, top);
}

// A new slice, or labels that changed in Python. Strokes that Python had not seen by then are painted on top again.
async function receive(model, slice) {
  const order = ++slice.order, { example, size, png } = model.get("picture"), { after, labels } = model.get("plane");
  if (!png || !labels) return;
  const picture = await createImageBitmap(new Blob([png], { type: "image/png" }));
  const plane = await inflated(labels);
  if (order !== slice.order) return;
  if (example !== slice.example || !slice.layer) {
    slice.layer = new OffscreenCanvas(size[1], size[0]);
    slice.drawn = null;
  }
  Object.assign(slice, { example, size, picture, plane });
  slice.pending = slice.pending.filter((stroke) => stroke.id > after);
  for (const stroke of [...slice.pending, ...(slice.drawn ? [slice.drawn] : [])]) {
    if (stroke.example === example) drawStroke(plane, ...size, stroke.label, stroke.width, stroke.points);
  }
  colorLayer(slice, model.get("colors"));
  slice.draws.forEach((draw) => draw());
}

function make(tag, properties = {}, attributes = {}, children = []) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function render({ model, el }) {
  const slice = sharedSlice(model);
  const get = (name) => model.get(name);
  const put = (name, value) => { model.set(name, value); model.save_changes(); };
  const ratio = () => window.devicePixelRatio || 1;
  let view = null, pan = null, cursor = null;

  // ---- controls -------------------------------------------------------------------------------------------------------
  const classes = make("div", { className: "group" }, { role: "radiogroup", "aria-label": "What to paint" });
  const choices = [...get("class_names").map((name, k) => [k, name, get("colors")[k], String(k + 1)]), [-1, "erase", "transparent", "E"]];
  for (const [label, name, color, key] of choices) {
    const swatch = make("span", { className: "swatch" });
    swatch.style.background = color;
    if (label < 0) swatch.style.border = "1px dashed currentColor";
    const button = make("button", { type: "button", title: `Paint ${name} (key ${key})` }, { role: "radio", "data-label": label }, [swatch, name]);
    button.addEventListener("click", () => put("label", label));
    classes.append(button);
  }

  function range(name, text, title, min, max, step, show) {
    const input = make("input", { type: "range", min, max, step, title }, { "aria-label": text });
    const output = make("output");
    const update = () => { input.value = get(name); output.value = show(get(name)); input.setAttribute("aria-valuetext", show(get(name))); };
    input.addEventListener("input", () => put(name, Number(input.value)));
    model.on(`change:${name}`, update);
    update();
    return { group: make("label", { className: "group" }, {}, [text, input, output]), update, input, off: () => model.off(`change:${name}`, update) };
  }

  function button(text, title, action) {
    const result = make("button", { type: "button", title }, { "aria-label": title }, [text]);
    result.addEventListener("click", action);
    return result;
  }

  const ask = (kind) => model.send({ kind, id: ++slice.sent });
  const brush = range("width", "Brush", "Width of the brush in pixels (keys [ and ])", 1, 61, 2, (value) => `${value} px`);
  const opacity = range("opacity", "Opacity", "Opacity of the labels", 0, 1, 0.05, (value) => `${Math.round(100 * value)} %`);
  const position = range("example", "Slice", "Slice (keys Page Up and Page Down)", 0, Math.max(get("names").length - 1, 0), 1,
    (value) => `${value + 1} / ${get("names").length}`);
  const undo = button("Undo", "Undo (Ctrl+Z)", () => ask("undo"));
  const redo = button("Redo", "Redo (Ctrl+Y)", () => ask("redo"));
  const zooms = make("div", { className: "group" }, { role: "group", "aria-label": "Zoom" }, [
    button("−", "Zoom out (key −)", () => magnify(0.8)), button("Fit", "Show the whole slice (key 0)", () => look(null)),
    button("+", "Zoom in (key +)", () => magnify(1.25))]);
  const history = make("div", { className: "group" }, {}, [undo, redo]);
  const canvas = make("canvas", { tabIndex: 0 }, { role: "application" });
  const status = make("div", { className: "status" }, { role: "status" });
  const root = make("div", { className: "densenb-annotate" }, { "data-lm-suppress-shortcuts": "true" }, [
    make("div", { className: "bar" }, {}, [classes, history, zooms]),
    make("div", { className: "bar" }, {}, [brush.group, opacity.group, ...(get("names").length > 1 ? [position.group] : [])]),
    canvas, status]);
  el.append(make("style", { textContent: STYLE }), root);
  const context = canvas.getContext("2d");

  // ---- places ---------------------------------------------------------------------------------------------------------
  const fitted = () => [slice.size[0] / 2, slice.size[1] / 2, Math.min(canvas.height / slice.size[0], canvas.width / slice.size[1])];
  const current = () => view ?? fitted();

  function place(row, col) {
    const [r, c, scale] = current();
    return [canvas.width / 2 + (col - c) * scale, canvas.height / 2 + (row - r) * scale];
  }

  function imagePosition(event) {
    const box = canvas.getBoundingClientRect(), [r, c, scale] = current();
    const x = (event.clientX - box.left) * canvas.width / box.width, y = (event.clientY - box.top) * canvas.height / box.height;
    return [r + (y - canvas.height / 2) / scale, c + (x - canvas.width / 2) / scale];
  }

  function look(next) {
    const least = Math.min(fitted()[2], 1) / 2;
    view = next && [clip(next[0], 0, slice.size[0]), clip(next[1], 0, slice.size[1]), clip(next[2], least, 64)];
    draw();
  }

  function magnify(factor, at = null) {
    const [r, c, scale] = current(), [row, col] = at ?? [r, c], next = clip(scale * factor, Math.min(fitted()[2], 1) / 2, 64);
    look([row + (r - row) * scale / next, col + (c - col) * scale / next, next]);
  }

  // ---- drawing --------------------------------------------------------------------------------------------------------
  function drawLayer(picture, alpha) {
    const [x, y] = place(0, 0), scale = current()[2];
    context.globalAlpha = alpha;
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(picture, Math.round(x), Math.round(y), Math.round(slice.size[1] * scale), Math.round(slice.size[0] * scale));
    context.globalAlpha = 1;
  }

  function outline(path, width = 1.5, dashed = false) {
    for (const [color, extra] of [["rgba(0, 0, 0, 0.65)", 1.5], [dashed ? "#F0E442" : "#ffffff", 0]]) {
      context.strokeStyle = color;
      context.lineWidth = (width + extra) * ratio();
      context.setLineDash(dashed ? [6 * ratio(), 4 * ratio()] : []);
      context.beginPath();
      path();
      context.stroke();
    }
    context.setLineDash([]);
  }

  function draw() {
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!slice.picture) return;
    drawLayer(slice.picture, 1);
    drawLayer(slice.layer, get("opacity"));
    const scale = current()[2];
    for (const [top, left, bottom, right] of get("boxes")) {
      outline(() => context.rect(...place(top, left), (right - left) * scale, (bottom - top) * scale), 2, true);
    }
    if (cursor && !pan) {
      const [x, y] = place(cursor[0] + 0.5, cursor[1] + 0.5);
      outline(() => context.arc(x, y, Math.max(get("width") * scale / 2, 2 * ratio()), 0, 2 * Math.PI));
    }
    canvas.dataset.example = slice.example;
  }

  function describe() {
    const label = cursor && slice.plane && inside(cursor) ? slice.plane[cursor[0] * slice.size[1] + cursor[1]] : null;
    const here = label === null ? "" : `row ${cursor[0]}, column ${cursor[1]}: ${label < 0 ? "not labelled" : get("class_names")[label]}   ·   `;
    status.textContent = here + get("summary");
  }

  // ---- painting -------------------------------------------------------------------------------------------------------
  const inside = ([row, col]) => row >= 0 && col >= 0 && row < slice.size[0] && col < slice.size[1];

  function begin(pixel) {
    if (!slice.plane) return;
    slice.drawn = { example: slice.example, label: get("label"), width: get("width"), points: [] };
    extend(pixel);
  }

  function extend(pixel) {
    const stroke = slice.drawn, last = stroke.points.at(-1);
    if (last && last[0] === pixel[0] && last[1] === pixel[1]) return;
    stroke.points.push(pixel);
    colorLayer(slice, get("colors"), drawStroke(slice.plane, ...slice.size, stroke.label, stroke.width, stroke.points.slice(-2)) ?? [0, 0, 0, 0]);
    slice.draws.forEach((draw) => draw());
  }

  function end() {
    if (!slice.drawn) return;
    const stroke = { id: ++slice.sent, ...slice.drawn };
    slice.drawn = null;
    slice.pending.push(stroke);
    model.send({ kind: "stroke", ...stroke });
  }

  // ---- mouse, pen and touch -------------------------------------------------------------------------------------------
  const pixelAt = (event) => imagePosition(event).map(Math.floor);

  canvas.addEventListener("pointerdown", (event) => {
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    if (event.button === 1 || event.shiftKey) {
      pan = { at: [event.clientX, event.clientY], view: current() };
      canvas.classList.add("panning");
    } else if (event.button === 0) {
      cursor = pixelAt(event);
      begin(cursor);
    }
    event.preventDefault();
  });

  canvas.addEventListener("pointermove", (event) => {
    if (pan) {
      const factor = canvas.width / canvas.clientWidth / pan.view[2];
      look([pan.view[0] - (event.clientY - pan.at[1]) * factor, pan.view[1] - (event.clientX - pan.at[0]) * factor, pan.view[2]]);
      return;
    }
    const steps = slice.drawn && event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const step of steps.length ? steps : [event]) {
      cursor = pixelAt(step);
      if (slice.drawn) extend(cursor);
    }
    draw();
    describe();
  });

  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => { end(); pan = null; canvas.classList.remove("panning"); draw(); });
  }
  canvas.addEventListener("pointerleave", () => { if (!slice.drawn) { cursor = null; draw(); describe(); } });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;   // else the page could not be scrolled past it
    event.preventDefault();
    magnify(Math.exp(-event.deltaY / 400), imagePosition(event));
  }, { passive: false });

  // ---- keyboard -------------------------------------------------------------------------------------------------------
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function moveCursor([dr, dc], far) {
    const from = cursor ?? current().slice(0, 2).map(Math.floor), step = far ? 10 : 1;
    cursor = [clip(from[0] + dr * step, 0, slice.size[0] - 1), clip(from[1] + dc * step, 0, slice.size[1] - 1)];
    const [x, y] = place(cursor[0] + 0.5, cursor[1] + 0.5);
    if (x < 0 || y < 0 || x > canvas.width || y > canvas.height) look([cursor[0], cursor[1], current()[2]]);
    if (slice.drawn) extend(cursor);
    draw();
    describe();
  }

  function turn(step) {
    const next = clip(get("example") + step, 0, get("names").length - 1);
    if (next !== get("example")) put("example", next);
  }

  canvas.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey, key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const actions = control
      ? { z: () => ask(event.shiftKey ? "redo" : "undo"), y: () => ask("redo") }
      : {
        "+": () => magnify(1.25), "=": () => magnify(1.25), "-": () => magnify(0.8), "0": () => look(null),
        "[": () => put("width", Math.max(1, get("width") - 2)), "]": () => put("width", Math.min(61, get("width") + 2)),
        e: () => put("label", -1), PageUp: () => turn(-1), PageDown: () => turn(1),
        " ": () => { if (!slice.drawn) { cursor ??= current().slice(0, 2).map(Math.floor); begin(cursor); } },
      };
    if (!control && /^[1-9]$/.test(key) && Number(key) <= get("class_names").length) actions[key] = () => put("label", Number(key) - 1);
    if (arrows[key] && !control) actions[key] = () => moveCursor(arrows[key], event.shiftKey);
    if (!actions[key] || event.altKey) return;
    actions[key]();
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("keyup", (event) => { if (event.key === " ") { end(); event.preventDefault(); event.stopPropagation(); } });
  canvas.addEventListener("blur", () => { end(); draw(); });
  canvas.addEventListener("focus", draw);

  // ---- what changes in Python -----------------------------------------------------------------------------------------
  function update() {
    for (const button of classes.children) {
      const chosen = Number(button.dataset.label) === get("label");
      button.setAttribute("aria-checked", chosen);
      button.tabIndex = chosen ? 0 : -1;
    }
    undo.disabled = !get("can_undo");
    redo.disabled = !get("can_redo");
    canvas.setAttribute("aria-label", `${get("names")[get("example")]}, slice ${get("example") + 1} of ${get("names").length}. Arrow keys move the brush, `
      + "space paints, 1 to 9 choose the class, E erases, [ and ] change the brush, Ctrl+Z undoes.");
    describe();
    draw();
  }

  classes.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    const buttons = [...classes.children], at = buttons.findIndex((button) => button.getAttribute("aria-checked") === "true");
    const next = buttons[(at + step + buttons.length) % buttons.length];
    put("label", Number(next.dataset.label));
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  });

  const names = ["label", "width", "opacity", "example", "summary", "boxes", "can_undo", "can_redo"];
  const fetchSlice = () => receive(model, slice);
  names.forEach((name) => model.on(`change:${name}`, update));
  model.on("change:picture", fetchSlice);
  model.on("change:plane", fetchSlice);
  const goTo = ({ look_at: target }) => { if (target) look(target); };
  model.on("msg:custom", goTo);
  const redraw = () => { draw(); describe(); };
  slice.draws.add(redraw);
  const watcher = new ResizeObserver(() => {
    canvas.style.height = `${get("height")}px`;
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio()));
    canvas.height = Math.max(1, Math.round(get("height") * ratio()));
    draw();
  });
  watcher.observe(root);
  update();
  fetchSlice();
  model.send({ kind: "hello" });

  return () => {
    watcher.disconnect();
    slice.draws.delete(redraw);
    names.forEach((name) => model.off(`change:${name}`, update));
    model.off("change:picture", fetchSlice);
    model.off("change:plane", fetchSlice);
    model.off("msg:custom", goTo);
    [brush, opacity, position].forEach((part) => part.off());
  };
}

export default { render };
