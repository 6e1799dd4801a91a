// Vite under `make dev`: Reflex's own configuration beside this (scripts/dev.py copies it there), and what
// is not a page goes to the server.
import { createLogger } from "vite";
import base from "./vite.config.js";

const page = Number(process.env.RF_DEV_PORT);
const server = `http://127.0.0.1:${process.env.RF_DEV_SERVER_PORT}`;

// Reflex writes the port of a built app into this file.
const ownPort = {
  name: "own-port",
  enforce: "pre",
  transform(code, id) {
    if (id.endsWith("/.web/env.json")) return code.replaceAll(":3000/", `:${page}/`);
  },
};

// While the server changes, every open page tries to reach it. Scripts are public files on purpose.
const logger = createLogger("warn");
const { error, warn } = logger;
logger.error = (text, options) => text.includes("proxy error") || error(text, options);
logger.warn = (text, options) => text.includes("public directory") || warn(text, options);

export default (environment) => {
  const config = typeof base === "function" ? base(environment) : base;
  return {
    ...config,
    cacheDir: ".vite",
    clearScreen: false,
    customLogger: logger,
    plugins: [ownPort, ...config.plugins],
    server: {
      ...config.server,
      proxy: { "/api": { target: server }, "/_event": { target: server, ws: true } },
    },
  };
};
