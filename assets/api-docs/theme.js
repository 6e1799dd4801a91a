// Before anything is painted: light or dark, as chosen in the app, or as the machine prefers.

const chosen = localStorage.getItem("theme");
const machine = matchMedia("(prefers-color-scheme: dark)");
const show = () => {
  const isDark = chosen === "dark" || (chosen !== "light" && machine.matches);
  document.documentElement.classList.toggle("dark-mode", isDark);
};
machine.addEventListener("change", show);
show();
