/** A picture that is larger than its window: zoomed by buttons, moved by dragging or scrolling.
 *
 * Everything hangs on the document, for parts of the page are replaced while it is looked at. Size
 * and place are kept for each flow as long as the tab lives.
 */

const STEP = 1.2;
const USUAL = 0.9;
const LEAST = 0.25;
const MOST = 2;

const view = () => document.querySelector("[data-flow-view]");
const key = (of) => `flow-view:${of.dataset.flowView}`;

function load(of) {
  try {
    return JSON.parse(sessionStorage.getItem(key(of))) ?? {};
  } catch {
    return {};
  }
}

function save(of, changed) {
  try {
    sessionStorage.setItem(key(of), JSON.stringify({ ...load(of), ...changed }));
  } catch {
    // Without storage the picture begins anew on each page.
  }
}

function natural(of) {
  const { width, height } = of.querySelector("svg").viewBox.baseVal;
  return { width, height };
}

function fitting(of) {
  const { width, height } = natural(of);
  return Math.min(of.clientWidth / width, of.clientHeight / height, 1);
}

function scale(of, to) {
  const size = natural(of);
  const svg = of.querySelector("svg");
  const before = svg.getBoundingClientRect().width / size.width || 1;
  const middle = [of.scrollLeft + of.clientWidth / 2, of.scrollTop + of.clientHeight / 2];
  svg.setAttribute("width", Math.round(size.width * to));
  svg.setAttribute("height", Math.round(size.height * to));
  of.scrollLeft = (middle[0] * to) / before - of.clientWidth / 2;
  of.scrollTop = (middle[1] * to) / before - of.clientHeight / 2;
}

function zoom(of, how) {
  const now = load(of).scale ?? 1;
  const next = { in: now * STEP, out: now / STEP, fit: fitting(of), full: 1 }[how];
  const to = Math.min(MOST, Math.max(LEAST, next));
  save(of, { scale: to });
  scale(of, to);
}

/** Where the caller is, else the chosen node, else the first, comes into sight if it is not. */
function showChosen(of) {
  const first = load(of).left === undefined ? of.querySelector(".flow-box") : null;
  const box = (of.querySelector(".is-here, .is-chosen") ?? first)?.getBoundingClientRect();
  if (!box) return;
  const frame = of.getBoundingClientRect();
  if (box.left < frame.left || box.right > frame.right) of.scrollLeft += box.left - frame.left - 60;
  if (box.top < frame.top || box.bottom > frame.bottom) of.scrollTop += box.top - frame.top - of.clientHeight / 3;
}

function restore() {
  const of = view();
  if (!of) return;
  const kept = load(of);
  scale(of, kept.scale ?? Math.max(fitting(of), USUAL));
  if (kept.scale === undefined) save(of, { scale: Math.max(fitting(of), USUAL) });
  of.scrollLeft = kept.left ?? 0;
  of.scrollTop = kept.top ?? 0;
  showChosen(of);
  const said = document.querySelector(".flow-said");
  if (said) said.scrollTop = said.scrollHeight;
}

function drag(event) {
  const of = event.target.closest?.("[data-flow-view]");
  if (!of || event.button !== 0 || event.target.closest("a")) return;
  const from = [event.clientX + of.scrollLeft, event.clientY + of.scrollTop];
  of.classList.add("is-dragged");
  const move = (to) => {
    of.scrollLeft = from[0] - to.clientX;
    of.scrollTop = from[1] - to.clientY;
  };
  const end = () => {
    of.classList.remove("is-dragged");
    document.removeEventListener("pointermove", move);
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
}

/** Keys of the telephone gather in the field while several are expected; "#" enters them. */
function press(event) {
  const button = event.target.closest?.("[data-collect]");
  const field = document.getElementById("try-typed");
  if (button && field && button.dataset.collect !== "#") {
    event.preventDefault();
    event.stopPropagation();
    field.value += button.dataset.collect;
  } else if (button && field?.value) {
    event.preventDefault();
    event.stopPropagation();
    field.form.requestSubmit(field.nextElementSibling);
  }
}

/** Starting again forgets what was pressed. */
function again(event) {
  const button = event.target.closest?.("[data-again]");
  if (button) button.form.elements.pressed.value = "";
}

export function bindPicture() {
  if (!view()) return;
  document.addEventListener("click", (event) => {
    const how = event.target.closest?.("[data-zoom]")?.dataset.zoom;
    if (how && view()) zoom(view(), how);
  });
  document.addEventListener("click", press, true);
  document.addEventListener("click", again, true);
  document.addEventListener("pointerdown", drag);
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.matches?.("[data-flow-view]")) {
        save(target, { left: target.scrollLeft, top: target.scrollTop });
      }
    },
    true,
  );
  document.addEventListener("htmx:after:swap", restore);
  restore();
}
