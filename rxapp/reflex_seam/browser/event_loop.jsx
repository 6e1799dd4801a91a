// Reflex's socket, which is private, and the one function through which it sends events.
// tests/reflex_seam/test_browser.py fails if these change.
import { Socket } from "socket.io-client";
import { eventLoop } from "$/utils/context-registry";

const OURS = ".rxapp___";

// Calls `follow(socket)` with every socket of this page before it connects.
export function meetSocket(follow) {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function () {
    follow(this);
    return connect.call(this);
  };
}

// Sends every event through `watched(send)`. Reflex sets its function again at each connection.
export function watchEvents(watched) {
  if (typeof eventLoop?.addEvents !== "function") {
    throw new Error("Reflex sends its events in another way: see docs/upgrading-reflex.md");
  }
  let send = watched(eventLoop.addEvents);
  Object.defineProperty(eventLoop, "addEvents", {
    get: () => send,
    set: (next) => {
      send = watched(next);
    },
  });
}

// Returns the first event among those given to `send` that is for one of our handlers.
export function ownEvent(events) {
  return [events].flat(5).find((each) => each?.name?.includes(OURS));
}

// Pings the server, which answers with a message.
export function ping(socket) {
  socket.volatile.emit("ping");
}
