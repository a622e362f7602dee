// The set-up form: three requests, and the server's faults at their fields.
const form = document.getElementById("setup");
const summary = document.getElementById("summary");
const progress = document.getElementById("progress");
const button = form.querySelector("button");
const names = new Intl.DisplayNames(["en"], { type: "region" });

// ISO 3166-1 alpha-2.
const countries = (
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
  "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR " +
  "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
  "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ " +
  "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
  "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ " +
  "UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
).split(" ");

function fill(select, values, label, chosen) {
  select.append(...values.map((value) => new Option(label(value), value, false, value === chosen)));
}

function prepare() {
  const region = new Intl.Locale(navigator.language).maximize().region;
  const sorted = [...countries].sort((a, b) => names.of(a).localeCompare(names.of(b), "en"));
  for (const select of form.querySelectorAll("[data-countries]")) fill(select, sorted, (code) => names.of(code), region);
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
  fill(document.getElementById("time_zone"), zones, (zone) => zone.replaceAll("_", " "), Intl.DateTimeFormat().resolvedOptions().timeZone);
  const currency = document.getElementById("currency");
  currency.value = { GB: "GBP", US: "USD", CH: "CHF", JP: "JPY" }[region] ?? "EUR";
  form.hidden = false;
  form.querySelector("input:not([type=hidden]), select").focus();
}

// The location is at home in the tax country until somebody says otherwise.
const taxCountry = document.getElementById("tax_country");
const locationCountry = document.getElementById("location_country");
taxCountry.addEventListener("change", () => {
  if (!locationCountry.dataset.chosen) locationCountry.value = taxCountry.value;
});
locationCountry.addEventListener("change", () => (locationCountry.dataset.chosen = "yes"));

// body makes an object of the fields of one request, by their JSON pointers.
function body(kind, start) {
  for (const field of form.querySelectorAll(`[data-${kind}]`)) {
    const path = field.dataset[kind].slice(1).split("/");
    const last = path.pop();
    let place = start;
    for (const name of path) place = place[name] ??= {};
    place[last] = field.value;
  }
  return start;
}

async function post(address, content, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(content) });
  const result = await answer.json();
  if (!answer.ok) throw result;
  return result;
}

function clear() {
  summary.hidden = true;
  summary.replaceChildren();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  for (const fault of form.querySelectorAll(".fault")) fault.remove();
}

function paragraph(text, name) {
  const p = document.createElement("p");
  p.className = name;
  p.textContent = text;
  return p;
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.?$/, ".");
}

// tell shows each fault at its field, and the others above the form.
function tell(kind, problem) {
  const others = [];
  for (const fault of problem.faults ?? [{ detail: problem.detail ?? "The server did not answer. Nothing was lost; try again.", remedy: problem.remedy ?? "" }]) {
    const field = [...form.querySelectorAll(`[data-${kind}]`)].find((one) => one.type !== "hidden" && one.dataset[kind] === fault.pointer);
    if (!field) {
      others.push(`${sentence(fault.detail)} ${fault.remedy}`);
      continue;
    }
    const note = paragraph(field.value === "" ? "Please fill in this field." : sentence(fault.detail.replace(/^[\w.]+ (?=has |must |is )/, "This ")), "fault");
    note.id = `${field.id}-fault`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", note.id);
    field.closest(".field").append(note);
  }
  if (others.length > 0) {
    summary.append(...others.map((text) => paragraph(text, "")));
    summary.hidden = false;
    summary.focus();
    return;
  }
  form.querySelector("[aria-invalid]").focus();
}

// What is done is not done again when a later step has to be repeated.
const done = { setup: false, token: "" };

async function run() {
  let kind = "setup";
  try {
    progress.textContent = "Setting up…";
    if (!done.setup) {
      await post("/v1/setup", body("setup", {}));
      done.setup = true;
      history.replaceState(null, "", "/"); // the one-time code is used up
    }
    kind = "session";
    const email = document.getElementById("email").value;
    const password = document.getElementById("password").value;
    done.token ||= (await post("/v1/sessions", { email, password })).token;
    kind = "location";
    await post("/v1/locations", body("location", { code: "main", kind: "warehouse", active: true }), done.token);
    document.getElementById("begin").hidden = form.hidden = true;
    const ready = document.getElementById("done");
    ready.hidden = false;
    ready.focus();
  } catch (problem) {
    tell(kind, problem);
  } finally {
    progress.textContent = "";
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  button.disabled = true;
  await run();
  button.disabled = false;
});

prepare();
