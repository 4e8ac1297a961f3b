/** Line numbers beside a text that is being written, and links that lead to a line of it. */

export function bindLines(editor) {
  const text = editor.querySelector("textarea");
  const gutter = editor.querySelector(".gutter");

  const count = () => {
    const lines = text.value.split("\n").length;
    while (gutter.children.length > lines) gutter.lastElementChild.remove();
    while (gutter.children.length < lines) {
      const number = document.createElement("li");
      number.textContent = String(gutter.children.length + 1);
      gutter.append(number);
    }
  };

  const show = (line) => {
    const before = text.value.split("\n").slice(0, line - 1);
    const start = before.reduce((sum, one) => sum + one.length + 1, 0);
    const end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
    gutter.children[line - 1]?.scrollIntoView({ block: "center" });
  };

  text.addEventListener("input", count);
  for (const link of document.querySelectorAll("[data-line]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(Number(link.dataset.line));
    });
  }
  count();
}
