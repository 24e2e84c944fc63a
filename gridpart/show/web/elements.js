/* Elements of the page. What they show is text, whatever it holds. */

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function button(className, text, title, press) {
  const element = make("button", className, text);
  element.type = "button";
  element.title = title;
  element.setAttribute("aria-label", title);
  element.addEventListener("click", press);
  return element;
}

function buildHead(view) {
  const head = make("header", "head");
  if (view.about.place) head.append(make("div", "place", view.about.place));
  head.append(make("h1", "", view.say("title")));
  const figures = make("div", "figures");
  const counts = [
    ["communities", view.features.communities.length],
    ["base_grids", view.features.base_grids.length],
    ["micro_grids", view.features.micro_grids.length],
    ["households", view.households],
  ];
  for (const [key, count] of counts) {
    const figure = make("div", "figure");
    figure.append(make("b", "", view.number(count)), make("span", "", view.say(key)));
    figures.append(figure);
  }
  head.append(figures);
  return head;
}

/* What the map is of, in pairs of key and text: for the foot, the picture, the paper. */
function factsOfPlan({ about, sayValue }) {
  return [
    ["basis", sayValue(about.basis)],
    ["created", (about.created || "").slice(0, 10)],
    ["plan_id", about.id],
  ].filter(([, value]) => value);
}

function buildFoot(view) {
  const foot = make("footer", "foot");
  for (const [key, value] of factsOfPlan(view)) {
    const row = make("div");
    row.append(make("span", "", view.say(key)), make("b", "", value));
    foot.append(row);
  }
  return foot;
}
