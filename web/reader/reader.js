// A narrow screen has no room for the menu, and the reader would show one
// operation at a time without a way to the next: there, show all of them.
if (window.matchMedia("(max-width: 767px)").matches) {
  document.querySelector("rapi-doc").setAttribute("render-style", "view");
}
