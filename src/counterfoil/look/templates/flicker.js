"use strict";
// Press and hold a picture: the other of its pair takes its place, so that the eye sees what changed.
const flicker = (() => {
  let held = [];

  const sources = (pair) => [...pair.querySelectorAll("img")];

  const hold = (pairs) => {
    release();
    held = pairs.flatMap((pair) => {
      const images = sources(pair);
      if (images.length !== 2) return [];
      const addresses = images.map((image) => image.getAttribute("src"));
      images.forEach((image, place) => image.setAttribute("src", addresses[1 - place]));
      pair.classList.add("flicker");
      return [{ pair, images, addresses }];
    });
  };

  const release = () => {
    for (const { pair, images, addresses } of held) {
      images.forEach((image, place) => image.setAttribute("src", addresses[place]));
      pair.classList.remove("flicker");
    }
    held = [];
  };

  addEventListener("pointerdown", (event) => {
    const frame = event.button === 0 && event.target.closest(".frame");
    if (frame) hold([frame.closest(".pair")]);
  });
  for (const name of ["pointerup", "pointercancel", "blur"]) addEventListener(name, release);
  addEventListener("contextmenu", (event) => held.length && event.preventDefault());
  return { hold, release };
})();
