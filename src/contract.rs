//! Every public name in one table: tags, attributes, events with their error codes, parts, CSS custom properties, and the calls,
//! problems and codes of Host API v1.
//!
//! Pages and hosts depend on these. A test holds the READMEs' tables, the loader, the markup and the style sheet against this
//! file. The native host's routes, its OpenAPI document and its reference are made from the calls and the problems.

/// A public name.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// The name.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
}

const fn name(name: &'static str, about: &'static str) -> Name {
    Name { name, about }
}

/// A custom element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A poll.
    Poll,
    /// A member's badges.
    Badges,
    /// The viewer's checklist.
    Checklist,
}

impl Tag {
    /// Every element.
    pub const ALL: [Self; 3] = [Self::Poll, Self::Badges, Self::Checklist];

    /// The tag name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Poll => "folk-poll",
            Self::Badges => "folk-badges",
            Self::Checklist => "folk-checklist",
        }
    }

    /// What the element is, in a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Poll => "One poll: ballot, results, live.",
            Self::Badges => "A member's badges, beside their name.",
            Self::Checklist => "The viewer's first steps in the community.",
        }
    }

    /// The attributes. The first names what the element shows.
    pub const fn attributes(self) -> &'static [Name] {
        match self {
            Self::Poll => {
                const {
                    &[
                        name("poll", "The poll's id on the host."),
                        name(
                            "rows",
                            "How many options to leave room for while the poll loads; 3 when absent.",
                        ),
                    ]
                }
            }
            Self::Badges => const { &[name("member", "The member's id on the host.")] },
            Self::Checklist => &[],
        }
    }

    /// The element with this tag name.
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|element| element.name() == tag)
    }
}

/// The attributes of every element.
pub const ATTRIBUTES: [Name; 2] = [
    name("lang", "The language of the texts. That of the nearest ancestor, or of the browser, when absent."),
    name("data-texts", "Your own texts for this element, as on the script tag. They count before those."),
];

/// The attributes of the script tag.
pub const SCRIPT_DATA: [Name; 9] = [
    name("data-api", "Where the Host API answers, such as `/folkmoot/api`. Beside the script when absent."),
    name("data-token", "The JWT that your site signed for the member; absent for a guest."),
    name("data-token-callback", "A global function that returns a fresh token, or a promise of one."),
    name("data-sign-in", "Where a guest signs in; the link is left out when absent."),
    name(
        "data-csrf-header",
        "The header of a write that carries the CSRF token; `x-csrf-token` when absent.",
    ),
    name("data-csrf-cookie", "The cookie that has the CSRF token; `GET /session` gives it when absent."),
    name(
        "data-links",
        "Where links to polls begin, such as `/polls/`: a link to `/polls/ID` alone on its line becomes the poll.",
    ),
    name("data-credentials", "`include` sends your site's cookies to an API on another origin."),
    name(
        "data-texts",
        "Your own texts for all elements, by language and key: a JSON file, or `#id` of a JSON script.",
    ),
];

pub(crate) const LOAD: &str = "folk-load";
pub(crate) const VOTE: &str = "folk-vote";
pub(crate) const STEP: &str = "folk-step";
/// The name of the event that says who is asking.
pub const IDENTITY: &str = "folk-identity";
pub(crate) const ERROR: &str = "folk-error";

/// The events that the elements and the document dispatch. All bubble, and those of the elements are composed.
pub const EVENTS: [Name; 5] = [
    name(LOAD, "The element shows its content for the first time."),
    name(VOTE, "A ballot was acknowledged by the host. `detail`: `{poll, options}`; no options: taken back."),
    name(STEP, "A step was done, by hand or by the host. `detail`: `{step}`."),
    name(
        IDENTITY,
        "It is known who is asking, or that has changed. `detail`: `{member}`, the member's id; `null` for a guest.",
    ),
    name(ERROR, "Something failed for good. `detail`: `{code, message}`."),
];

/// The codes of the event `folk-error`.
pub(crate) mod code {
    pub(crate) const UNAUTHORIZED: &str = "unauthorized";
    pub(crate) const CSRF: &str = "csrf";
    pub(crate) const REFUSED: &str = "refused";
    pub(crate) const SITE_REFUSED: &str = "site-refused";
    pub(crate) const BLOCKED: &str = "blocked";
    pub(crate) const UNREACHABLE: &str = "unreachable";
    pub(crate) const MALFORMED: &str = "malformed";
}

/// What `detail.code` of the event `folk-error` can be.
pub const ERROR_CODES: [Name; 10] = [
    name(code::UNAUTHORIZED, "The host refused the token or the session; `message` has its reason."),
    name(code::CSRF, "The host wants another CSRF token."),
    name(code::REFUSED, "The host refuses a vote or another write; `message` has its reason."),
    name(
        code::SITE_REFUSED,
        "Something before the API, such as a firewall or a page to sign in, answered in its place. Tried again, with growing pauses.",
    ),
    name(code::BLOCKED, "Something before the API lets no method through that a vote could take."),
    name(code::UNREACHABLE, "No answer came, several times in a row. Tried again."),
    name(code::MALFORMED, "The API's answer is not of Host API v1; `message` says where."),
    name("attribute", "An attribute of the element is wrong."),
    name("load", "The widget could not start; the element shows what stands between its tags."),
    name("crashed", "The widget stopped; the element shows what stands between its tags."),
];

/// The parts of the elements' shadow trees, for `::part()`.
pub const PARTS: [Name; 8] = [
    name("poll", "The card of a poll."),
    name("option", "One row of a poll, before and after the vote."),
    name("bar", "The bar behind a result."),
    name("button", "A button."),
    name("badge", "One badge beside a name."),
    name("card", "The popover with all badges."),
    name("step", "One row of the checklist."),
    name("link", "A web address in a description, a comment or a reason."),
];

/// The CSS custom properties that a page may set on the elements or on their ancestors.
pub const VARIABLES: [Name; 3] = [
    name("--folk-accent", "The one accent colour. The page's accent or link colour when not set."),
    name("--folk-radius", "Corner radius of cards and rows; `0.5em` when not set."),
    name("--folk-surface", "Background of popovers; the ground that they stand on when not set."),
];

/// The path under which the native host serves the widget's files.
pub const ASSETS_PATH: &str = "/folkmoot/v1";

/// The path under which the native host serves the reference.
pub const DOCS_PATH: &str = "/folkmoot/docs";

/// The path under which the native host serves the Host API.
pub const API_PATH: &str = "/folkmoot/api";

macro_rules! calls {
    ($($name:ident $method:ident $path:literal $about:literal)+) => {
        /// A call of Host API v1.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Call {
            $(#[doc = $about] $name),+
        }

        impl Call {
            /// Every call, in the order of the reference.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name of the call, such as `EditPoll`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }

            /// The HTTP method, such as `PATCH`.
            pub const fn method(self) -> &'static str {
                match self { $(Self::$name => stringify!($method)),+ }
            }

            /// The path below the API's, such as `/polls/{id}`.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }

            /// What the call is for, in a few words.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about),+ }
            }
        }
    };
}

calls! {
    Session GET "/session" "Who is asking"
    Welcome POST "/session" "A token for a guest who wants to vote"
    Polls GET "/polls" "Polls by their ids; for staff every poll"
    CreatePoll POST "/polls" "Create a poll; for staff"
    Poll GET "/polls/{id}" "One poll"
    EditPoll PATCH "/polls/{id}" "Edit a poll, close it or open it again; for staff"
    DeletePoll DELETE "/polls/{id}" "Delete a poll with all its ballots and comments; for staff"
    Cast PUT "/polls/{id}/ballot" "Cast or change a ballot"
    TakeBack DELETE "/polls/{id}/ballot" "Take back a ballot"
    Voters GET "/polls/{id}/voters" "The voters of a public poll, with their ballots"
    Reasons GET "/polls/{id}/reasons" "The reasons that members gave for their stances on a proposal"
    AddOption POST "/polls/{id}/options" "Add an option, in polls that allow it"
    ApproveOption PUT "/polls/{id}/options/{option}" "Approve a proposed option; for staff"
    DeclineOption DELETE "/polls/{id}/options/{option}" "Remove a proposed option; for staff and its author"
    Comments GET "/polls/{id}/comments" "The comments on a poll"
    Comment POST "/polls/{id}/comments" "Comment on a poll, in polls that allow it"
    TakeComment DELETE "/polls/{id}/comments/{comment}" "Remove a comment; for staff and its author"
    Follow PUT "/polls/{id}/follow" "Follow or unfollow a poll"
    Followers GET "/polls/{id}/followers" "The followers of a poll; for staff"
    ExportPoll GET "/polls/{id}/export.csv" "The votes of a poll as CSV; for staff"
    Members GET "/members" "Members by their ids"
    Checklist GET "/checklist" "The viewer's checklist"
    DoStep PUT "/checklist/steps/{id}" "Mark a step as done"
    Events GET "/events" "The live feed"
    OpenApi GET "/openapi.json" "This document"
}

/// How the `type` of each problem begins.
pub const PROBLEM: &str = "urn:folkmoot:problem:";

macro_rules! problems {
    ($($name:ident $status:literal $word:literal $title:literal $about:literal)+) => {
        /// A kind of problem: why a call of Host API v1 is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind {
            $(#[doc = $about] $name),+
        }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The end of the problem's `type`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The status code of the answer.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// The problem's `title`.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// When a call is refused so, in a sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about),+ }
            }
        }
    };
}

problems! {
    Invalid 422 "invalid" "The request is not valid" "The call is not of the right form."
    Unauthorized 401 "unauthorized" "Sign in first" "There is no token, or it is not valid (any more)."
    Csrf 403 "csrf" "The CSRF token is stale or missing" "A cookie says who is asking, but the CSRF header is not what `GET /session` says."
    Forbidden 403 "forbidden" "Not allowed" "The member may not do this."
    NotFound 404 "not-found" "Not found" "There is no such thing."
    Gone 410 "gone" "It was deleted" "Staff deleted the poll."
    NotAllowed 405 "method-not-allowed" "Not a call of Host API v1" "The path has no call by this method."
    PollClosed 409 "poll-closed" "The poll takes no ballots now" "The poll is not open."
    StaleBallot 409 "stale-ballot" "A newer ballot stands" "The member has cast a newer ballot."
    Conflict 409 "conflict" "This does not go with what is there" "The call does not go with what is there."
    RevisionMissing 428 "revision-missing" "Say which revision you have read" "The edit does not say which revision of the poll its author had read."
    BallotFinal 409 "ballot-final" "Ballots in this poll are final" "The poll's ballots cannot be changed or taken back."
    KeyReused 422 "key-reused" "The idempotency key was used for another request" "The idempotency key was used for another request."
    TooLarge 413 "too-large" "The request is too large" "The body is larger than the host takes."
    Timeout 408 "timeout" "The request took too long" "The request took too long to arrive."
    RateLimited 429 "rate-limited" "Too many requests" "There are more requests than one member may make; `Retry-After` says when to try again."
    Busy 503 "busy" "The host is busy" "The host has too much to do; `Retry-After` says when to try again."
    Internal 500 "internal" "The host could not do this" "Something failed on the host; it may help to try again."
}

impl ProblemKind {
    /// The kind of a problem with this `type`.
    pub fn of(uri: &str) -> Option<Self> {
        let word = uri.strip_prefix(PROBLEM)?;
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The problem's `type`.
    pub fn uri(self) -> String {
        [PROBLEM, self.word()].concat()
    }
}

macro_rules! codes {
    ($($name:ident $kind:ident $word:literal $about:literal)+) => {
        /// The code of a problem that a member can meet: why the call was refused, for programs, which word it in the member's
        /// language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemCode {
            $(#[doc = $about] $name),+
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The problem's `code`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The kind of the problems that have this code.
            pub const fn kind(self) -> ProblemKind {
                match self { $(Self::$name => ProblemKind::$kind),+ }
            }

            /// When a problem has this code, and what its `params` are, in a sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about),+ }
            }

            /// The code with this word.
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.word() == word)
            }
        }
    };
}

codes! {
    NotEntitled Forbidden "not-entitled" "The poll does not ask this member."
    NotAuthor Forbidden "not-author" "Only staff and the author may do this."
    StaffOnly Forbidden "staff-only" "Only staff may do this."
    PollMissing NotFound "poll-missing" "There is no such poll."
    PollDeleted Gone "poll-deleted" "Staff deleted the poll."
    PollUpcoming PollClosed "poll-upcoming" "The poll is not open yet; `at` is when it opens."
    PollClosed PollClosed "poll-closed" "The poll, or the round that the ballot is of, has closed; `at` is when it did."
    StaleBallot StaleBallot "stale-ballot" "The member has cast a newer ballot."
    BallotFinal BallotFinal "ballot-final" "The poll's ballots cannot be changed or taken back."
    OtherKind Invalid "other-kind" "The ballot is of another kind than the poll."
    NoAbstention Invalid "no-abstention" "The ballot abstains, and the poll takes no abstentions."
    OptionGone Invalid "option-gone" "The ballot names `option`, which the poll does not have."
    TooFewOptions Invalid "too-few-options" "The ballot has fewer options than `limit`."
    TooManyOptions Invalid "too-many-options" "The ballot has more options than `limit`."
    TooManyPoints Invalid "too-many-points" "The ballot spends more points than `limit`."
    OffScale Invalid "off-scale" "The ballot's number for `option` is none that the poll takes."
    NoReasons Invalid "no-reasons" "The ballot has a reason, and the poll asks for none."
    ReasonNeeded Invalid "reason-needed" "The ballot has no reason, and the poll requires one."
    ReasonTooLong Invalid "reason-too-long" "The ballot's reason has more characters than `limit`."
    NoOwnOptions Forbidden "no-own-options" "The poll takes no options of members."
    OptionLabel Invalid "option-label" "The option's label is blank, or has more characters than `limit`."
    OptionTime Invalid "option-time" "In a poll about when, the option has no valid day or time; or in another poll, it has one."
    OptionDoubled Conflict "option-doubled" "The poll has such an option already, or one waits for staff."
    OptionsFull Conflict "options-full" "The poll has `limit` options, the most that a poll may have."
    OwnOptionsFull Conflict "own-options-full" "The member has added `limit` options, the most that one member may add to a poll."
    OptionNotWaiting NotFound "option-not-waiting" "No option with this id waits for staff."
    OptionMisfit Conflict "option-misfit" "The option that waits for staff is not valid in the poll as it is now."
    NoComments Forbidden "no-comments" "The poll takes no comments."
    CommentEmpty Invalid "comment-empty" "Nothing in the comment is visible."
    CommentTooLong Invalid "comment-too-long" "The comment has more characters than `limit`."
    CommentGone NotFound "comment-gone" "There is no such comment."
    StepGone NotFound "step-gone" "The checklist has no such step."
    StepByHost Forbidden "step-by-host" "The host marks this step as done when it sees that it is."
}

/// The query parameter of a call that says in which language its answer has the site's own texts: a tag (BCP 47), such as `de` or
/// `pt-BR`. It takes precedence over `Accept-Language`.
pub const LANGUAGE_QUERY: &str = "lang";

/// The query parameter that asks for what elements show, with the reader's language and clock.
pub const PAINT_QUERY: &str = "paint";

/// The query parameter with the address of the site's sign-in page, for what elements show.
pub const SIGN_IN_QUERY: &str = "sign_in";

/// The value of [`LANGUAGE_QUERY`] for texts as they were written, in all their languages.
pub const ALL_LANGUAGES: &str = "*";

/// The query of the calls that read several things by their ids, which follow: percent-encoded, sorted, separated by commas.
pub const IDS_QUERY: &str = "?ids=";

/// What the loader reads from the host while the module is on its way. The module takes the response in place of a call of its
/// own to the same address, so both make the address from this.
#[derive(Clone, Copy, Debug)]
pub struct Early {
    /// The elements that show it.
    pub tag: Tag,
    /// The call.
    pub call: Call,
    /// The query of the call, without the ids that the elements name, which follow it.
    pub query: &'static str,
    /// Finds names that are no ids, for which the module does not ask: a regular expression of JavaScript, with the flag `u`.
    pub no_id: &'static str,
}

impl Early {
    /// The path and query of the call, without the ids that the elements name, which follow it.
    pub fn path(&self) -> String {
        [self.call.path(), self.query].concat()
    }
}

/// What the loader reads early, by the elements on the page.
pub const EARLY: [Early; 3] = [
    Early {
        tag: Tag::Poll,
        call: Call::Polls,
        query: IDS_QUERY,
        no_id: r"[\p{White_Space},/\p{Cc}\p{Cs}]|^\.{0,2}$|.{129}",
    },
    Early {
        tag: Tag::Badges,
        call: Call::Members,
        query: IDS_QUERY,
        no_id: r"[\p{Cc}\p{Cs}]|^\p{White_Space}|\p{White_Space}$|^\.{0,2}$|.{129}",
    },
    Early { tag: Tag::Checklist, call: Call::Checklist, query: "", no_id: "." },
];
