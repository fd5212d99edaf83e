//! Every public name in one table: tags, attributes, events, parts and CSS variables.
//!
//! Pages depend on these. A test holds the README's tables, the loader, the markup and the style sheet against this file.

/// One public name and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// As a page writes it.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
}

/// An element that a page can write.
#[derive(Clone, Copy, Debug)]
pub struct Tag {
    /// The tag and what it shows.
    pub tag: Name,
    /// Its attributes.
    pub attributes: &'static [Name],
}

const fn name(name: &'static str, about: &'static str) -> Name {
    Name { name, about }
}

/// One poll.
pub const POLL: &str = "folk-poll";
/// A member's badges.
pub const BADGES: &str = "folk-badges";
/// The viewer's checklist.
pub const CHECKLIST: &str = "folk-checklist";

/// The elements.
pub const TAGS: [Tag; 3] = [
    Tag {
        tag: name(POLL, "One poll: ballot, results, live."),
        attributes: &[
            name("poll", "The poll's id on the host."),
            name("rows", "How many options to leave room for while the poll loads; 3 when absent."),
        ],
    },
    Tag {
        tag: name(BADGES, "A member's badges, beside their name."),
        attributes: &[name("member", "The member's id on the host.")],
    },
    Tag { tag: name(CHECKLIST, "The viewer's first steps in the community."), attributes: &[] },
];

/// What the script tag itself may say.
pub const SCRIPT_DATA: [Name; 7] = [
    name("data-api", "Where the Host API answers, such as `/folkmoot/api`. Beside the script when absent."),
    name("data-token", "The JWT that your site signed for the member; absent for a guest."),
    name("data-token-callback", "A global function that returns a fresh token, or a promise of one."),
    name("data-sign-in", "Where a guest signs in; the link is left out when absent."),
    name(
        "data-csrf-header",
        "The header of a write that carries the CSRF token; `x-csrf-token` when absent.",
    ),
    name("data-csrf-cookie", "The cookie that has the CSRF token; `GET /session` gives it when absent."),
    name("data-credentials", "`include` sends your site's cookies to an API on another origin."),
];

/// An element shows its content for the first time.
pub const LOAD: &str = "folk-load";
/// A ballot was acknowledged.
pub const VOTE: &str = "folk-vote";
/// A step was done.
pub const STEP: &str = "folk-step";
/// Something failed for good.
pub const ERROR: &str = "folk-error";

/// Events that the elements dispatch. All bubble and are composed.
pub const EVENTS: [Name; 4] = [
    name(LOAD, "The element shows its content for the first time."),
    name(
        "folk-vote",
        "A ballot was acknowledged by the host. `detail`: `{poll, options}`; no options: taken back.",
    ),
    name(STEP, "A step was done, by hand or by the host. `detail`: `{step}`."),
    name(ERROR, "Something failed for good. `detail`: `{code, message}`."),
];

/// Parts of the elements' shadow trees, for `::part()`.
pub const PARTS: [Name; 7] = [
    name("poll", "The card of a poll."),
    name("option", "One row of a poll, before and after the vote."),
    name("bar", "The bar behind a result."),
    name("button", "A button."),
    name("badge", "One badge beside a name."),
    name("card", "The popover with all badges."),
    name("step", "One row of the checklist."),
];

/// CSS custom properties that a page may set on the elements or above them.
pub const VARIABLES: [Name; 3] = [
    name("--folk-accent", "The one accent colour. The page's accent or link colour when not set."),
    name("--folk-radius", "Corner radius of cards and rows; `0.5em` when not set."),
    name("--folk-surface", "Background of popovers; `Canvas` when not set."),
];

/// Where the native host serves the widget's files.
pub const ASSETS_PATH: &str = "/folkmoot/v1";

/// Where the native host serves the Host API.
pub const API_PATH: &str = "/folkmoot/api";
