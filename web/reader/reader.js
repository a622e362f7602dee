const reader = document.querySelector("rapi-doc");

// A narrow screen has no room for the menu, and the reader would show one
// operation at a time without a way to the next: there, show all of them.
if (window.matchMedia("(max-width: 767px)").matches) reader.setAttribute("render-style", "view");

// The colors of the other pages in the dark, see site.css.
const dark = {
  theme: "dark",
  "bg-color": "#0f1516",
  "text-color": "#e6ecec",
  "primary-color": "#5cc4bd",
  "nav-bg-color": "#161e1f",
  "nav-text-color": "#b9c4c5",
  "nav-hover-bg-color": "#143231",
  "nav-hover-text-color": "#e6ecec",
  "nav-accent-color": "#5cc4bd",
};
if (window.matchMedia("(prefers-color-scheme: dark)").matches) {
  for (const [name, value] of Object.entries(dark)) reader.setAttribute(name, value);
}
