/* The way through the survey: one question a screen, a review, thanks. */
"use strict";
(() => {
  const { element, say, keep, send } = Survey;
  const screen = document.getElementById("screen");
  const status = document.getElementById("status");
  const LONGEST_TEXT = 4000;
  let questions = [];
  let picks = [];
  let isSubmitted = Survey.given.state === "submitted";

  const path = (question) => `answers/${question.id}/`;
  const isDone = (question) => question.done || keep.answer(question.id) !== undefined;

  Survey.groups = (question) => {
    const before = questions.filter((each) => each.kind === "names" && each.id !== question.id)
      .flatMap((each) => keep.answer(each.id)?.names || []).filter((person) => person.key)
      .map(({ strength, ...person }) => person);
    return [{ group: "before", people: before }, ...picks].filter(({ people }) => people.length);
  };

  /* Screens. Each has an entry in the browser's history, so that "back" goes one question back. */
  function show(name, { push = true } = {}) {
    if (push) history.pushState({ name }, "");
    const content = screens(name);
    screen.replaceChildren(...content);
    const heading = screen.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  addEventListener("popstate", (event) => (event.state?.name !== undefined ? show(event.state.name, { push: false }) : location.reload()));

  function screens(name) {
    if (name === "review") return review();
    if (name === "thanks") return thanks();
    return ask(name);
  }

  function ask(place) {
    const question = questions[place];
    const fault = element("p", { className: "fault", role: "alert", hidden: true });
    const body = kinds[question.kind](question, keep.answer(question.id));
    const next = () => {
      if (question.required && !isDone(question)) {
        fault.textContent = say("required");
        fault.hidden = false;
        return;
      }
      show(place + 1 < questions.length ? place + 1 : "review");
    };
    const elsewhere = question.done && keep.answer(question.id) === undefined;
    const nobody = question.kind === "names" ? element("button", { type: "button", className: "link", onclick: () => { save(question, { names: [], more: null }); next(); } }, say("nobody")) : null;
    const forward = element("button", { type: "button", className: "main", onclick: next });
    const relabel = () => {
      forward.textContent = isDone(question) || question.required ? say("next") : say("skip");
      if (nobody) nobody.hidden = !body.isEmpty();
    };
    body.node.addEventListener("survey:saved", relabel);
    relabel();
    return [
      element("div", { className: "progress" }, element("span", {}, say("question_of", { number: place + 1, count: questions.length })),
        element("progress", { value: place + 1, max: questions.length, "aria-label": say("questions") })),
      element("h1", { id: "question" }, question.text),
      question.help ? element("p", { className: "help" }, question.help) : null,
      elsewhere ? element("p", { className: "note" }, say("answered_elsewhere")) : null,
      body.node, fault,
      element("p", { className: "actions" }, place ? element("button", { type: "button", onclick: () => show(place - 1) }, say("back")) : null, nobody, forward),
    ].filter(Boolean);
  }

  function save(question, said) {
    keep.change((kept) => { kept.answers[question.id] = said; });
    question.done = true;
    send.add("PUT", path(question), wire(question, said));
    screen.querySelector("[data-body]")?.dispatchEvent(new Event("survey:saved"));
  }

  function wire(question, said) {
    if (question.kind !== "names") return said;
    const names = said.names.map(({ key, name, strength }) => ({ ...(key ? { key } : { name }), ...(strength ? { strength } : {}) }));
    return said.more === null ? { names } : { names, more: said.more };
  }

  const kinds = {
    names(question, said) {
      const made = Survey.naming(question, said, (now) => save(question, now));
      made.node.dataset.body = "";
      return made;
    },
    rating: (question, said) => choices(question, question.scale, said),
    choice: (question, said) => choices(question, question.options, said),
    stage: (question, said) => choices(question, question.options, said),
    text(question, said) {
      let timer = null;
      const left = element("p", { className: "hint" });
      const field = element("textarea", { rows: 6, maxLength: LONGEST_TEXT, value: said?.value || "", "aria-labelledby": "question", oninput: () => { clearTimeout(timer); timer = setTimeout(store, 600); count(); }, onblur: store });
      function count() { left.textContent = say("characters_left", { count: LONGEST_TEXT - field.value.length }); }
      function store() {
        clearTimeout(timer);
        if (field.value !== (keep.answer(question.id)?.value || "")) save(question, { value: field.value });
      }
      count();
      return { node: element("div", { "data-body": "" }, field, left) };
    },
  };

  function choices(question, options, said) {
    const radios = options.map((option) => element("label", { className: "choice" },
      element("input", { type: "radio", name: `question-${question.id}`, checked: said?.value === option.value, onchange: () => save(question, { value: option.value }) }),
      element("span", {}, option.text)));
    return { node: element("fieldset", { className: "choices", "data-body": "", "aria-labelledby": "question" }, ...radios) };
  }

  function summary(question) {
    const said = keep.answer(question.id);
    if (said === undefined) return say(question.done ? "answered_elsewhere" : "no_answer");
    if (question.kind === "text") return said.value || say("no_answer");
    if (question.kind === "names") {
      if (!said.names.length) return say("nobody_said");
      const people = said.names.map((person) => {
        const step = question.scale.find((each) => each.value === person.strength);
        return step ? `${person.name} (${step.text})` : person.name;
      }).join(", ");
      return said.more ? `${people} (${say("and_more", { count: said.more })})` : people;
    }
    return (question.kind === "rating" ? question.scale : question.options).find((each) => each.value === said.value)?.text || "";
  }

  function review() {
    const missing = questions.filter((question) => question.required && !isDone(question));
    const rows = questions.flatMap((question, place) => [
      element("dt", {}, question.text),
      element("dd", {}, element("span", {}, summary(question)),
        element("button", { type: "button", "aria-label": say("change_of", { question: question.text }), onclick: () => show(place) }, say("change"))),
    ]);
    const needed = missing.length ? element("p", { className: "fault", role: "alert" }, say("still_needed"), " ", missing[0].text) : null;
    return [
      element("h1", {}, say("review")),
      element("p", { className: "help" }, say("review_explanation")),
      element("dl", { className: "review" }, ...rows),
      needed,
      element("p", { className: "actions" },
        element("button", { type: "button", onclick: () => show(questions.length - 1) }, say("back")),
        element("button", { type: "button", className: "main", disabled: missing.length > 0, onclick: finish }, say("submit"))),
      ...ways(),
    ].filter(Boolean);
  }

  function finish() {
    isSubmitted = false;
    send.add("POST", "submit/", {});
    show("thanks");
  }

  function thanks() {
    return [
      element("h1", {}, say("thanks")),
      element("p", { id: "arrived" }, say(isSubmitted ? "thanks_explanation" : "thanks_waiting")),
      element("p", { className: "actions" }, element("button", { type: "button", onclick: () => show("review") }, say("change_answers"))),
      ...ways(),
      aside("forget", "forgotten", "forget", () => { keep.forget(); end("thanks", "forgotten"); }),
    ];
  }

  const ways = () => [
    aside("withdraw", "withdraw_explanation", "withdraw_sure", () => leave("withdraw/", "withdrawn")),
    aside("object", "object_explanation", "object_sure", () => leave("object/", "objected")),
  ];

  function aside(summaryKey, textKey, sureKey, act) {
    return element("details", { className: "aside" }, element("summary", {}, say(summaryKey)), element("p", {}, say(textKey)),
      element("button", { type: "button", onclick: act }, say(sureKey)));
  }

  async function leave(route, key) {
    try {
      const response = await send.now("POST", route, {});
      if (!response.ok) return tell("not_saved", { reason: (await response.json()).detail });
      keep.clear();
      questions.forEach((question) => { question.done = false; });
      end(key, `${key}_explanation`);
    } catch { tell("waiting"); }
  }

  function end(heading, explanation) {
    status.textContent = "";
    screen.replaceChildren(element("h1", { tabIndex: -1 }, say(heading)), element("p", {}, say(explanation)));
    screen.querySelector("h1").focus();
  }

  function tell(key, values) {
    status.classList.toggle("waiting", key === "waiting" || key === "not_saved");
    status.textContent = say(key, values);
  }

  send.when((state, detail, item) => {
    if (state === "closed") return end("survey_closed", "survey_closed_explanation");
    if (state === "refused") {
      if (item.path === "submit/") show("review");
      return tell("not_saved", { reason: detail });
    }
    if (state === "sent") {
      if (detail.path !== "submit/") return undefined;
      isSubmitted = true;
      const arrived = document.getElementById("arrived");
      if (arrived) arrived.textContent = say("thanks_explanation");
      return undefined;
    }
    return tell(state);
  });

  /* The questions are fetched with the first screen, so that a network lost afterwards costs nothing. */
  const ready = Promise.all([send.get(`questions/?lang=${Survey.given.language}`), send.get("picks/")])
    .then((responses) => Promise.all(responses.map((response) => (response.ok ? response.json() : Promise.reject(response)))))
    .then(([asked, near]) => {
      questions = asked;
      picks = near;
      keep.know(near.flatMap(({ people }) => people));
    });

  async function begin() {
    try { await ready; } catch { return tell("waiting"); }
    keep.change((kept) => { kept.begun = true; });
    send.add("POST", "begin/", {});
    const open = questions.findIndex((question) => !isDone(question));
    return show(open < 0 ? "review" : open);
  }

  const acts = { begin, object: () => leave("object/", "objected"), "not-me": () => leave("not-me/", "not_me_done") };
  document.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", acts[button.dataset.do]));
  if (keep.queue.length) send.flush();
})();
