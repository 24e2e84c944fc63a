/* The view as a PNG: what the canvases hold, with title, legend, scale, date and plan id. */

const PICTURE = { head: 58, foot: 34, key: 236, line: 19, edge: 18 };

function savePicture(view) {
  drawPicture(view).toBlob((blob) => {
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${view.say("title")}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}

function drawPicture(view) {
  const { head, foot, key } = PICTURE;
  const hidden = isWide(view.map) ? PANEL_WIDTH : 0;
  const size = view.map.getSize().subtract([hidden, 0]);
  const sheet = make("canvas");
  const ratio = 2;
  sheet.width = (size.x + key) * ratio;
  sheet.height = (Math.max(size.y, 420) + head + foot) * ratio;
  const pen = sheet.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  drawMap(view, pen, size, hidden, head);
  drawTitle(view, pen);
  drawKey(view, pen, size.x + 16, head);
  drawScale(view, pen, size.x - 24, head + size.y - 16);
  write(pen, factsOfPlan(view).map(([name, value]) => `${view.say(name)} ${value}`).join("    "),
    PICTURE.edge, head + size.y + foot / 2, "400 12px");
  return sheet;
}

/* The part of the map that no panel hides. */
function drawMap(view, pen, size, hidden, top) {
  const frame = view.map.getContainer().getBoundingClientRect();
  pen.save();
  pen.beginPath();
  pen.rect(0, top, size.x, size.y);
  pen.clip();
  pen.fillStyle = view.style.marks.paper;
  pen.fillRect(0, top, size.x, size.y);
  for (const canvas of view.map.getContainer().querySelectorAll("canvas")) {
    const box = canvas.getBoundingClientRect();
    if (canvas.width) {
      pen.drawImage(canvas, box.left - frame.left - hidden, box.top - frame.top + top, box.width,
        box.height);
    }
  }
  pen.restore();
}

function drawTitle(view, pen) {
  const { edge, head } = PICTURE;
  write(pen, view.say("title"), edge, head / 2, "700 22px");
  const left = edge + pen.measureText(view.say("title")).width + 16;
  write(pen, view.about.place, left, head / 2 + 3, "400 14px");
}

function drawKey(view, pen, left, top) {
  const { edges, colours } = view.style.choropleth[view.colour];
  const { line } = PICTURE;
  let y = top + 14;
  write(pen, view.say(`${view.colour}_legend`), left, y, "700 12.5px");
  const counts = classCounts(view);
  for (let i = edges.length; i >= 0; i--) {
    y += line;
    pen.fillStyle = colours[i];
    pen.strokeStyle = "#888888";
    pen.fillRect(left, y - 6, 22, 12);
    pen.strokeRect(left, y - 6, 22, 12);
    write(pen, classRange(view, i), left + 32, y, "400 12px");
    write(pen, view.number(counts[i]), left + 200, y, "400 12px", "right");
  }
  y += 12;
  for (const [name, count] of [["communities", view.features.communities.length],
    ["base_grids", view.features.base_grids.length],
    ["micro_grids", view.features.micro_grids.length],
    ["exclusive_grids", view.features.exclusive_grids.length],
    ["households", view.households]]) {
    y += line;
    write(pen, view.say(name), left, y, "400 12px");
    write(pen, view.number(count), left + 200, y, "600 12px", "right");
  }
}

function drawScale(view, pen, right, bottom) {
  const bar = document.querySelector(".leaflet-control-scale-line");
  const width = bar.offsetWidth;
  pen.fillStyle = "rgba(255,255,255,0.85)";
  pen.fillRect(right - width - 8, bottom - 24, width + 16, 30);
  pen.strokeStyle = "#1d2830";
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(right - width, bottom - 6);
  pen.lineTo(right - width, bottom);
  pen.lineTo(right, bottom);
  pen.lineTo(right, bottom - 6);
  pen.stroke();
  write(pen, bar.textContent, right - width / 2, bottom - 11, "400 12px", "center");
}

function write(pen, text, x, y, font, align = "left") {
  pen.font = `${font} ${LABEL_FONT}`;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.fillStyle = "#1d2830";
  pen.fillText(text, x, y);
}
