// Looks again every few seconds, and opens the page once there is room; nobody has to press anything.

const PAUSE = 4000;

async function look() {
  try {
    const response = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    if (response.status !== 503) return location.reload();
  } catch {
    // no network: the next look may do better
  }
  return setTimeout(look, PAUSE + Math.random() * 1000);
}

setTimeout(look, PAUSE);
