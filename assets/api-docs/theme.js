// Before anything is painted: light or dark, as chosen in the app, or as the machine prefers.

const chosen = localStorage.getItem("theme");
const machine = matchMedia("(prefers-color-scheme: dark)");
const show = () => {
  const isDark = chosen === "dark" || (chosen !== "light" && machine.matches);
  // The first class is that of the viewer's style sheet, the second that of our own.
  document.documentElement.classList.toggle("dark-mode", isDark);
  document.documentElement.classList.toggle("dark", isDark);
};
machine.addEventListener("change", show);
show();
