//! The states of every element.

use std::rc::Rc;

use folkmoot::domain::badge::{Badge, DEFAULTS};
use folkmoot::domain::checklist::{Action, Checklist, DoneBy, Step};
use folkmoot::domain::count::{Profile, Ranking, run_off, schulze, stv};
use folkmoot::domain::id::{BadgeId, MemberId, OptionId, PollId, StepId};
use folkmoot::domain::link::Link;
use folkmoot::domain::member::{Ahead, Award, Icon, Member, Stage, Tier};
use folkmoot::domain::poll::{
    Answer, Ballot, Count, Edited, Entry, Kind, List, Method, OwnOptions, Page, Past, Poll, PollOption,
    Proposed, Results, Rules, Says, Secrecy, Series, Standing, Tally, Turnout, Viewer, Zone, examples,
};
use folkmoot::domain::time::Timestamp;
use folkmoot::render;
use folkmoot::sync::{
    Act, Decision, Entity, Fault, Known, Missing, PageOf, PartState, Refusal, RefusalKind, Saving, Topic,
    Unsent, Waiting,
};
use folkmoot::ui::{Loaded, Locale, Scene};

use crate::harness::Shown;

/// Tuesday 24 November 2026, 12:00 in UTC.
pub const NOW: Timestamp = Timestamp(1_795_521_600_000);

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn poll_id() -> PollId {
    PollId::new("p").expect("an id")
}

/// A scene in which nothing is known but this. The viewer's clock is an hour ahead of UTC.
pub fn scene(known: Known) -> Scene {
    let locale = Locale { words: render::words("en"), now: NOW, offset: Rc::new(|_| 60) };
    Scene { sign_in: Some("/login".into()), ..render::scene(known, locale) }
}

/// The tally of the example answers of this kind.
fn tally(kind: Kind, options: &[PollOption]) -> Tally {
    let answers: Vec<Answer> =
        examples::answers(kind).into_iter().filter(|answer| *answer != Answer::Abstention).collect();
    let mut tally = Tally::empty(kind, options.len());
    for answer in &answers {
        tally.replace(kind, options, None, Some(answer));
    }
    if let Kind::Ranked(method) = kind {
        let place = |id: &OptionId| {
            options.iter().position(|option| option.id == *id).and_then(|at| u8::try_from(at).ok())
        };
        let mut profile = Profile::new();
        for answer in &answers {
            if let Answer::Options(order) = answer {
                *profile.entry(order.iter().filter_map(place).collect::<Ranking>()).or_default() += 1;
            }
        }
        tally.count = match method {
            Method::RunOff => Count::Rounds(run_off(options.len(), &profile)),
            Method::Stv { seats } => Count::Rounds(stv(options.len(), &profile, seats)),
            Method::Schulze => Count::Pairs(schulze(options.len(), &profile)),
        };
    }
    tally
}

/// An open poll of this kind, in which others have voted and the viewer may vote. Its result is shown to everybody.
pub fn poll(kind: Kind) -> Poll {
    let mut options = examples::options(kind);
    for (option, label) in options.iter_mut().zip(["Tea", "Coffee & cake", "مقهى"]) {
        // The stances of a proposal have names of their own.
        option.label = if matches!(kind, Kind::Proposal(_)) { String::new() } else { label.into() };
        if let Some(folkmoot::domain::poll::When::Time(slot)) = &mut option.when {
            slot.starts_at = slot.starts_at.plus(NOW.day_start().0 + 3 * DAY);
            slot.offset = Some(-300);
        }
    }
    let tally = tally(kind, &options);
    Poll {
        id: poll_id(),
        revision: 7,
        title: "What shall we serve?".into(),
        title_edited: None,
        description: "See https://example.com/menu for more.".into(),
        description_edited: None,
        turnout: Turnout { cast: tally.voters, entitled: Some(1200) },
        tally: Some(tally),
        options,
        proposed: Vec::new(),
        rules: Rules {
            closes_at: Some(NOW.plus(2 * DAY)),
            zone: Some(Zone { name: "America/Bogota".into(), at_opening: None, at_closing: Some(-300) }),
            results: Results::Always,
            retractable: true,
            abstention: !matches!(kind, Kind::Proposal(_)),
            ..Rules::of(kind)
        },
        comments: 0,
        series: None,
        viewer: Viewer::new(Standing::Entitled),
    }
}

/// The same poll, in which the viewer has voted like the first example.
fn voted(mut poll: Poll) -> Poll {
    let answer = examples::answers(poll.rules.kind).swap_remove(0);
    poll.viewer.ballot = Some(Ballot { revision: 1, says: Says::This(answer) });
    poll
}

fn known(poll: Poll) -> Known {
    Known::Here(Entity::Poll(Rc::new(poll)))
}

/// A poll's element in this state.
pub fn shown(poll: Poll) -> Shown {
    Shown::new(Topic::Poll(poll_id()), scene(known(poll)))
}

fn with(poll: Poll, change: impl FnOnce(&mut Scene)) -> Shown {
    let mut scene = scene(known(poll));
    change(&mut scene);
    Shown::new(Topic::Poll(poll_id()), scene)
}

fn pressed(poll: Poll, words: &str, change: impl FnOnce(&mut Scene)) -> Shown {
    let mut shown = with(poll, change);
    shown.press(words);
    shown
}

/// A name for an example of a kind.
pub fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Choice { .. } => "choice",
        Kind::Rating(_) => "rating",
        Kind::Ranked(Method::RunOff) => "run-off",
        Kind::Ranked(Method::Stv { .. }) => "stv",
        Kind::Ranked(Method::Schulze) => "schulze",
        Kind::Allocation { .. } => "allocation",
        Kind::Availability => "availability",
        Kind::Proposal(_) => "proposal",
    }
}

/// The states of a poll of each kind.
fn kinds() -> Vec<(String, Shown)> {
    let mut states = Vec::new();
    for kind in examples::KINDS {
        let mut state =
            |name: &str, shown: Shown| states.push((format!("{}-{name}", self::name(kind)), shown));
        let rules = |change: fn(&mut Rules)| {
            let mut poll = poll(kind);
            change(&mut poll.rules);
            poll
        };
        state("ballot", shown(poll(kind)));
        state("peek", pressed(poll(kind), "See results", |_| {}));
        state("voted", shown(voted(poll(kind))));
        state("change", pressed(voted(poll(kind)), "Change vote", |_| {}));
        state("count", pressed(voted(poll(kind)), "How was this counted?", |_| {}));
        let mut hidden = voted(poll(kind));
        (hidden.rules.results, hidden.tally) = (Results::AfterClose, None);
        state("hidden", shown(hidden));
        let upcoming = rules(|rules| (rules.opens_at, rules.closes_at) = (Some(NOW.plus(HOUR)), None));
        state("upcoming", shown(Poll { tally: None, ..upcoming }));
        let closed = rules(|rules| rules.closes_at = Some(NOW.plus(-40 * DAY)));
        state("closed", shown(voted(closed.clone())));
        let (none, turnout) = (Tally::empty(kind, 3), Turnout { cast: 0, entitled: None });
        state("empty", shown(Poll { tally: Some(none), turnout, ..closed }));
        let mut guest = poll(kind);
        guest.viewer.standing = Standing::Guest;
        state("guest", shown(guest));
        let mut others = poll(kind);
        others.viewer.standing = Standing::NotEntitled;
        state("not-asked", shown(others));
    }
    states
}

/// The scene of an open choice.
pub fn scene_of_choice() -> Scene {
    scene(known(choice()))
}

fn choice() -> Poll {
    poll(examples::KINDS[0])
}

/// A refusal with a code.
fn coded(code: &str) -> Refusal {
    let refusal =
        Refusal::without_code(RefusalKind::NotPossible, "Only members of the board vote here.".into());
    Refusal { code: code.into(), ..refusal }
}

/// What becomes of a vote.
fn votes() -> Vec<(String, Shown)> {
    let vote = |answer: Answer| Decision::Ballot(poll_id(), Some(answer));
    let answer = examples::answers(examples::KINDS[0]).swap_remove(0);
    let waiting =
        Waiting { vote: true, offline: true, kept: true, undo: true, refused: false, blocked: false };
    let refused = |kind, detail: &str| {
        let refusal = Refusal::without_code(kind, detail.into());
        Saving::Refused(refusal, vote(answer.clone()))
    };
    let comment = Decision::Act(poll_id(), Act::Comment("Tea, \u{202e}please".into()));
    let option = Decision::Act(poll_id(), Act::AddOption("Juice".into(), None));
    let no_words = Refusal::without_code(RefusalKind::NotPossible, String::new());
    let savings = [
        ("sending", Saving::Sending),
        ("saved", Saving::Saved(vote(answer.clone()))),
        ("taken-back", Saving::Saved(Decision::Ballot(poll_id(), None))),
        ("offline", Saving::Waiting(waiting)),
        ("blocked", Saving::Waiting(Waiting { offline: false, blocked: true, kept: false, ..waiting })),
        ("site-refuses", Saving::Waiting(Waiting { offline: false, refused: true, vote: false, ..waiting })),
        ("unreachable", Saving::Waiting(Waiting { offline: false, undo: false, ..waiting })),
        ("signed-out", Saving::SignedOut(None)),
        ("signed-out-unsent", Saving::SignedOut(Some(Unsent::Vote))),
        ("closed-before", refused(RefusalKind::PollClosed, "")),
        ("superseded", refused(RefusalKind::Superseded, "")),
        ("not-possible", refused(RefusalKind::NotPossible, "Only members of the board vote here.")),
        ("too-many", Saving::Refused(coded("too-many-options 2"), vote(answer.clone()))),
        ("not-open-yet", Saving::Refused(coded("poll-upcoming"), vote(answer.clone()))),
        ("not-theirs", Saving::Refused(coded(Refusal::NOT_THEIRS), comment.clone())),
        ("refused-comment", Saving::Refused(no_words, comment)),
        ("own-options-full", Saving::Refused(coded("own-options-full 3"), option)),
        ("draft", Saving::Draft(answer.clone())),
        ("cannot-keep", Saving::CannotKeep),
    ];
    savings
        .map(|(name, saving)| (format!("vote-{name}"), with(choice(), |scene| scene.saving = saving)))
        .into()
}

/// Where the poll cannot be shown.
fn absent() -> Vec<(String, Shown)> {
    let gone = Loaded { state: PartState::Missing(Missing::Gone), here: None };
    let deleted = Known::Here(Entity::Deleted(poll_id()));
    let mut states: Vec<(String, Shown)> = [
        ("loading", Known::Loading),
        ("missing", Known::Missing),
        ("deleted", deleted),
        ("malformed", Known::Malformed("title".into())),
        ("unreachable", Known::Failed(Fault::Unreachable)),
        ("site-refuses", Known::Failed(Fault::Foreign { status: 403 })),
    ]
    .into_iter()
    .map(|(name, known)| (format!("poll-{name}"), Shown::new(Topic::Poll(poll_id()), scene(known))))
    .collect();
    let updated = Scene { faces: gone, ..scene(Known::Failed(Fault::Unreachable)) };
    states.push(("poll-site-updated".into(), Shown::new(Topic::Poll(poll_id()), updated)));
    states
}

fn entry(name: &str, text: &str, mine: bool) -> Entry {
    let answer = Some(examples::answers(examples::KINDS[0]).swap_remove(1));
    Entry {
        id: name.into(),
        name: name.into(),
        at: Some(NOW.plus(-3 * HOUR)),
        answer,
        text: text.into(),
        mine,
    }
}

/// A page of a list, and a poll in which it can be opened.
fn page(list: List, entries: Vec<Entry>, next: Option<&str>) -> (PageOf, Known) {
    let of = PageOf { poll: poll_id(), list, after: String::new() };
    let page = Page { entries, next: next.map(Into::into) };
    (of.clone(), Known::Here(Entity::Page(of, Rc::new(page))))
}

/// What opens below a poll, and what stands around its ballot.
fn around() -> Vec<(String, Shown)> {
    let mut public = voted(choice());
    public.rules.secrecy = Secrecy::Public;
    let voters =
        page(List::Voters, vec![entry("Ann", "", false), entry("Omar \u{202e}b", "", true)], Some("2"));
    let mut talk = choice();
    (talk.rules.commentable, talk.comments) = (true, 2);
    talk.viewer.follows = Some(true);
    let said = page(List::Comments, vec![entry("Ann", "Look: https://example.com.", true)], None);
    let failed = (said.0.clone(), Known::Failed(Fault::Unreachable));
    let mut adds = choice();
    adds.rules.own_options = OwnOptions::Approval;
    let proposed =
        Proposed { option: PollOption::new(OptionId::new("q").expect("an id"), "Juice"), by: None };
    adds.proposed = vec![proposed.clone()];
    let mut staff = choice();
    staff.viewer.staff = true;
    staff.proposed = vec![Proposed { by: Some("Ann".into()), ..proposed }];
    let mut edited = choice();
    edited.title_edited = Edited::of(None, &"What?".into(), &edited.title, 12);
    edited.description_edited = Edited::of(None, &String::new(), &edited.description, 1);
    edited.options[0].edited = Edited::of(None, &"Green tea".into(), &"Tea".into(), 3);
    edited.options[1].added_after = Some(2);
    let mut weekly = choice();
    let past = |number: u32| Past {
        number,
        closed_at: NOW.plus(-7 * DAY * i64::from(10 - number)),
        offset: Some(60),
        cast: number,
        leaders: vec![weekly.options[0].id.clone()],
    };
    let past = (7..=9).rev().map(past).collect();
    weekly.series = Some(Series { number: 10, next_at: Some(NOW.plus(7 * DAY)), offset: Some(60), past });
    weekly.rules.closes_at = Some(NOW.plus(-HOUR));
    let mut quorum = choice();
    quorum.rules.quorum = Some(10);
    let lacks = |state| Loaded { state: PartState::Missing(state), here: None };
    vec![
        ("panel-voters".into(), pressed(public.clone(), "Who voted", |scene| scene.pages = vec![voters])),
        ("panel-voters-loading".into(), pressed(public.clone(), "Who voted", |_| {})),
        ("panel-comments".into(), pressed(talk.clone(), "2 comments", |scene| scene.pages = vec![said])),
        ("panel-comments-failed".into(), pressed(talk, "2 comments", |scene| scene.pages = vec![failed])),
        ("panel-add".into(), pressed(adds, "Add an option", |_| {})),
        ("panel-staff".into(), pressed(staff, "Staff", |scene| scene.save_failed = true)),
        (
            "panel-unreachable".into(),
            pressed(public.clone(), "Who voted", |scene| scene.faces = lacks(Missing::Unreachable)),
        ),
        (
            "panel-site-updated".into(),
            pressed(public, "Who voted", |scene| scene.faces = lacks(Missing::Gone)),
        ),
        ("edited".into(), shown(edited)),
        ("series".into(), shown(weekly)),
        ("quorum".into(), shown(quorum)),
        ("complaint".into(), pressed(choice(), "Vote", |_| {})),
    ]
}

fn award(id: &str, name: &str, tier: Tier, times: u32) -> Award {
    Award {
        badge: BadgeId::new(id).expect("an id"),
        name: name.into(),
        description: "For showing up.".into(),
        icon: Icon::Leaf,
        tier,
        group: "Helping".into(),
        awarded_at: Some(NOW.plus(-400 * DAY)),
        reason: String::new(),
        times,
    }
}

fn badges() -> Vec<(String, Shown)> {
    let topic = Topic::Member(MemberId::new("ann").expect("an id"));
    let awards = (0..7).map(|n| award(&n.to_string(), "Green thumb", Tier::Silver, n + 1)).collect();
    let next = vec![Ahead {
        badge: None,
        name: "Bridge".into(),
        tip: "Answer a newcomer.".into(),
        current: 3,
        target: 10,
    }];
    let member = Member {
        id: MemberId::new("ann").expect("an id"),
        revision: 1,
        name: "Ann".into(),
        stage: Some(Stage::Contributor),
        badges: awards,
        next,
    };
    let here = |member| scene(Known::Here(Entity::Member(Rc::new(member))));
    let mut open = Shown::new(topic.clone(), here(member.clone()));
    open.press("Ann: 7 badges");
    let mut loading = Shown::new(
        topic.clone(),
        Scene { card: Loaded { state: PartState::Coming, here: None }, ..here(member.clone()) },
    );
    loading.press("Ann: 7 badges");
    let earned = |badge: &Badge| Award {
        group: badge.group.into(),
        icon: badge.icon,
        ..award(badge.id, badge.name, badge.tier, 1)
    };
    let all = DEFAULTS.iter().map(earned).collect();
    let near = |badge: &Badge| Ahead {
        badge: BadgeId::new(badge.id).ok(),
        name: badge.name.into(),
        tip: String::new(),
        current: 3,
        target: 10,
    };
    let next = DEFAULTS.iter().filter(|badge| !badge.tip.is_empty()).map(near).collect();
    let mut default = Shown::new(topic.clone(), here(Member { badges: all, next, ..member.clone() }));
    default.press("Ann: 18 badges");
    vec![
        ("badges-default".into(), default),
        ("badges".into(), Shown::new(topic.clone(), here(member.clone()))),
        ("badges-card".into(), open),
        ("badges-card-loading".into(), loading),
        ("badges-none".into(), Shown::new(topic, here(Member { badges: Vec::new(), ..member }))),
    ]
}

fn step(id: &str, title: &str, done: bool) -> Step {
    Step {
        id: StepId::new(id).expect("an id"),
        title: title.into(),
        why: "So that we know you.".into(),
        action: Link::new("/hello").map(|href| Action { label: "Say hello".into(), href }),
        by: DoneBy::Member,
        done_at: done.then_some(NOW.plus(-DAY)),
        optional: id == "c",
    }
}

fn checklist() -> Vec<(String, Shown)> {
    let list = |done: [bool; 3]| {
        let steps = ["a", "b", "c"].into_iter().zip(["Say hello", "Vote", "Bring a friend"]).zip(done);
        let steps = steps.map(|((id, title), done)| step(id, title, done)).collect();
        Checklist { revision: 1, title: "First steps".into(), steps }
    };
    let known = |list| scene(Known::Here(Entity::Checklist(Rc::new(list))));
    let steps = |done| known(list(done));
    let show = |scene| Shown::new(Topic::Checklist, scene);
    let step = || Decision::Step(StepId::new("b").expect("an id"));
    let refusal = Refusal::without_code(RefusalKind::NotPossible, "Vote first.".into());
    let waiting =
        Waiting { vote: false, offline: true, kept: true, undo: false, refused: false, blocked: false };
    vec![
        ("checklist".into(), show(steps([true, false, false]))),
        (
            "checklist-saved".into(),
            show(Scene { saving: Saving::Saved(step()), ..steps([true, true, false]) }),
        ),
        (
            "checklist-offline".into(),
            show(Scene { saving: Saving::Waiting(waiting), ..steps([true, false, false]) }),
        ),
        (
            "checklist-refused".into(),
            show(Scene { saving: Saving::Refused(refusal, step()), ..steps([true, false, false]) }),
        ),
        (
            "checklist-by-host".into(),
            show(Scene {
                saving: Saving::Refused(coded("step-by-host"), step()),
                ..steps([true, false, false])
            }),
        ),
        ("checklist-finished".into(), show(Scene { saving: Saving::Saved(step()), ..steps([true; 3]) })),
        ("checklist-none".into(), show(known(Checklist { steps: Vec::new(), ..list([false; 3]) }))),
        ("checklist-failed".into(), show(scene(Known::Failed(Fault::Unreachable)))),
        ("checklist-loading".into(), show(scene(Known::Loading))),
    ]
}

/// A state by its name.
pub fn named(name: &str) -> Shown {
    all().into_iter().find_map(|(of, shown)| (of == name).then_some(shown)).expect("a state of this name")
}

/// Every state of every element, by name.
pub fn all() -> Vec<(String, Shown)> {
    [kinds(), votes(), absent(), around(), badges(), checklist()].into_iter().flatten().collect()
}
