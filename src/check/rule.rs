//! Every rule, in the order of the report.

/// What the check must be given to check a rule. If it is missing, the report says so as the reason why the rule was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Only the URL of the API.
    Nothing,
    /// A signed-in member.
    Member,
    /// A member to read.
    Somebody,
    /// An origin.
    Origin,
    /// A poll.
    Poll,
    /// A signed-in member, and a poll.
    Reader,
    /// A signed-in member of the staff, and a poll.
    Staff,
    /// A signed-in member of the staff.
    Operator,
    /// A signed-in member, a poll to vote in, and permission to write.
    Vote,
    /// A member signed in by cookie, a poll to vote in, and permission to write.
    Cookie,
}

impl Needs {
    /// Why a rule that needs this was skipped.
    pub(super) fn missing(self) -> &'static str {
        match self {
            Self::Nothing => "no occasion came up",
            Self::Member => "nobody is signed in: give --token",
            Self::Somebody => "no --member and no --token was given",
            Self::Origin => "no --origin was given",
            Self::Poll => "no --poll was given",
            Self::Reader => "needs --token and --poll",
            Self::Staff => "needs --poll and the --token of somebody of the staff",
            Self::Operator => "needs the --token of somebody of the staff",
            Self::Vote => "needs --token, --poll and --vote",
            Self::Cookie => "needs --cookie, --poll and --vote",
        }
    }
}

macro_rules! rules {
    ($($rule:ident $name:literal $needs:ident $about:literal)+) => {
        /// One requirement of Host API v1.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule {$(
            #[doc = $about]
            $rule,
        )+}

        impl Rule {
            /// Every rule, in the order of the report.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// The name in reports, which never changes, such as `etag.304`.
            pub fn name(self) -> &'static str {
                match self {$(Self::$rule => $name,)+}
            }

            /// The requirement, in a sentence.
            pub fn about(self) -> &'static str {
                match self {$(Self::$rule => $about,)+}
            }

            pub(super) fn needs(self) -> Needs {
                match self {$(Self::$rule => Needs::$needs,)+}
            }
        }
    };
}

rules! {
    Https "http.https" Nothing "the API is served over HTTPS"
    NoRedirect "http.no-redirect" Nothing "calls are answered where they are made"
    Date "date.header" Nothing "every answer carries Date"
    ContentJson "json.content-type" Nothing "answers are JSON and say so"
    ProblemContent "problem.content-type" Nothing "refusals are application/problem+json"
    ProblemType "problem.type" Nothing "a refusal's type is of the closed set"
    ProblemStatus "problem.status" Nothing "a refusal's type, status and HTTP status agree"
    ProblemCode "problem.code" Nothing "a refusal's code is of the closed set, and goes with its type"
    BusyRetry "busy.retry-after" Nothing "429 and 503 say when to come back"
    CorsWildcard "cors.no-wildcard" Nothing "origins are named, never *"
    CorsStrangers "cors.strangers" Nothing "pages of an unknown origin may not call"
    CorsOrigin "cors.origin" Origin "pages of the site's origin may call"
    CorsPreflight "cors.preflight" Origin "they may vote: methods and headers"
    CorsExposes "cors.exposes" Origin "they may read Date, ETag and Retry-After"
    MethodsPass "methods.pass" Nothing "PUT, PATCH and DELETE reach the API"
    EtagPresent "etag.present" Nothing "reads carry ETag"
    Etag304 "etag.304" Nothing "a read that has not changed answers 304"
    EtagChanges "etag.changes" Vote "a read that has changed is sent again"
    IdsHundred "ids.hundred" Nothing "a call takes 100 ids"
    IdsLimit "ids.limit" Nothing "a call with 101 ids is refused"
    IdsEscaped "ids.escaped" Nothing "percent-encoded ids are understood"
    UnknownCall "unknown.call-404" Nothing "a call that Host API v1 does not have is 404"
    UnknownFields "unknown.fields-ignored" Vote "fields of later versions are ignored"
    SessionGuest "session.guest" Nothing "a guest's session has no viewer"
    SessionMember "session.member" Member "a member's session names them and their role"
    AuthBadToken "auth.bad-token-401" Nothing "a token that does not stand is 401"
    ProxyAddress "proxy.address" Operator "the host knows whose calls a proxy brings"
    ProxyMadeUp "proxy.made-up" Operator "an address that a caller made up is not believed"
    PollsBatch "polls.batch" Poll "one call brings each poll once, and no other"
    PollsMissing "polls.missing-named" Nothing "ids of no poll are named as missing"
    PollsPaint "polls.paint" Poll "polls come as ever where a page asks for what elements show, and what shows is a tree"
    PollsOne "polls.one" Poll "a poll can be read alone"
    PollsUnknown "polls.unknown-404" Nothing "a poll that is not there is 404"
    LanguageAny "language.any" Poll "a poll can be read in whatever language: who reads none of its own gets one of them"
    LanguageVary "language.vary" Poll "a poll whose texts depend on Accept-Language says so in Vary"
    PollShape "poll.shape" Poll "a poll has its fields, of the right types"
    PollSense "poll.sense" Poll "a poll is valid: words, times, options, min and max"
    PollRevision "poll.revision" Poll "a poll has a revision from 1"
    RevisionForwards "revision.forwards" Poll "revisions never run backwards"
    PollStanding "poll.standing" Poll "a poll says what the viewer may do"
    TallyHidden "tally.absent-when-hidden" Poll "a tally out of the viewer's sight is in no answer"
    TallyOptions "tally.options" Poll "a tally counts the poll's options, each once"
    TallyCounts "tally.counts" Poll "votes and voters add up"
    BallotAnonymous "ballot.anonymous" Poll "an anonymous ballot does not say what was chosen"
    VotersPublic "voters.public-only" Poll "who voted is told of public polls only"
    VotersList "voters.list" Poll "who voted for what in a public poll can be read"
    ReasonsList "reasons.list" Poll "why members took their stands can be read by whoever sees the tally"
    ReasonsNames "reasons.names" Poll "reasons come with names in public polls, and in no others"
    ReasonsHidden "reasons.hidden" Poll "reasons are refused to whoever does not see the tally"
    CommentsList "comments.list" Poll "what is said about a poll can be read"
    CommentShape "comment.shape" Poll "a comment has its fields, and says 1 to 500 characters"
    CommentsOrder "comments.latest-first" Poll "the latest comment comes first"
    CommentsPages "comments.pages" Poll "the next page of comments goes on where the one before ended"
    CommentsCount "comments.count" Poll "a poll has as many comments as it says"
    ProposedGuest "proposed.absent-for-guests" Poll "options that wait for staff are in no guest's answer"
    ProposedOwn "proposed.own-only" Poll "a member sees no options of others that wait"
    FollowAbsent "follow.absent-for-guests" Poll "a guest is not told whether they follow"
    StaffReadsGuest "staff.reads-guest-401" Poll "a guest gets neither a poll's file nor its followers"
    StaffReadsMember "staff.reads-member-403" Reader "nor does a member who is not of the staff"
    ExportCsv "export.csv" Staff "staff get a poll as a table"
    ExportSecret "export.secret" Staff "which has no row a ballot where ballots are not public"
    FollowersList "followers.list" Staff "staff see who follows a poll"
    MembersBatch "members.batch" Somebody "one call brings each member once, and no other"
    MembersMissing "members.missing-named" Nothing "ids of no member are named as missing"
    MemberShape "member.shape" Somebody "a member has their fields, of the right types"
    MemberNext "member.next-own-only" Somebody "what is missing for a badge is told to its member only"
    ChecklistGuest "checklist.guest" Nothing "a guest has no checklist"
    ChecklistShape "checklist.shape" Member "a checklist has its fields, of the right types"
    EventsGuestMe "events.guest-me-401" Nothing "a guest has no member:me to follow"
    EventsOpen "events.opens" Poll "the feed opens as text/event-stream"
    EventsFlow "events.flow" Poll "what the feed says comes through within 15 seconds"
    EventsData "events.data" Poll "events carry the same data as reads"
    EventsRevision "events.revision" Poll "each event carries a revision"
    EventsId "events.id" Poll "events have positions to resume from"
    EventsTopics "events.topics" Poll "nothing comes but what was asked for"
    EventsResume "events.resume" Poll "Last-Event-ID resumes: what was sent is not sent again"
    EventsLive "events.live" Vote "a ballot reaches an open feed"
    EventsMissed "events.missed" Vote "what changed while away comes after Last-Event-ID"
    WriteGuest "write.guest-401" Vote "a guest cannot vote"
    WriteKey "write.needs-key" Vote "a ballot needs an Idempotency-Key"
    WriteJson "write.json-only" Vote "a body that is not called JSON is refused"
    WriteBody "write.bad-body" Vote "a body that is no JSON is refused"
    CsrfRequired "csrf.required" Cookie "a cookie's write without the CSRF header is 403"
    BallotCast "ballot.cast" Vote "a ballot is cast and answered with the poll"
    BallotIdempotent "ballot.idempotent" Vote "a ballot sent twice under one key counts once"
    BallotKeyReused "ballot.key-reused" Vote "a key of another ballot is refused"
    BallotChange "ballot.change" Vote "a ballot is replaced as a whole"
    BallotOrder "ballot.revision-order" Vote "a ballot that is not newer is refused"
    BallotStale "ballot.stale-carries-newer" Vote "that refusal carries the newer ballot"
    BallotUnknown "ballot.unknown-option" Vote "an option that the poll does not have is refused"
    BallotDoubled "ballot.doubled-option" Vote "an option chosen twice is refused"
    BallotMany "ballot.too-many" Vote "more options than max are refused"
    BallotFew "ballot.too-few" Vote "fewer options than min are refused"
    BallotBack "ballot.take-back" Vote "a ballot is taken back where the poll allows it"
    BallotFinal "ballot.final" Vote "and refused where it does not"
    BallotClosed "ballot.closed" Vote "a poll that is not open takes no ballot"
    BallotEntitled "ballot.not-entitled" Vote "a poll for others takes no ballot"
    BallotNoPoll "ballot.unknown-poll" Vote "a ballot in no poll is 404"
    FollowGuest "follow.guest-401" Vote "a guest cannot follow a poll"
    FollowTold "follow.told" Vote "a poll that is followed says so, until it is not any more"
    FollowNoVote "follow.no-vote" Vote "following changes no ballot and no turnout"
    CommentGuest "comment.guest-401" Vote "a guest cannot comment"
    CommentLong "comment.too-long" Vote "a comment of more than 500 characters is refused"
    CommentEmpty "comment.empty" Vote "a comment that says nothing is refused"
    CommentPost "comment.post" Vote "a comment is answered with the poll, which has one more"
    CommentIdempotent "comment.idempotent" Vote "a comment sent twice under one key is there once"
    CommentLatest "comment.latest" Vote "a comment that was just written is the latest"
    CommentMine "comment.mine" Vote "a comment tells its author, and no guest, that it is theirs to take back"
    CommentBack "comment.take-back" Vote "a comment is taken back by its author, and is gone"
    OptionGuest "option.guest-401" Vote "a guest cannot add an option"
    OptionWaits "option.waits" Vote "a member's own option waits for staff where the poll says so"
    OptionIdempotent "option.idempotent" Vote "an option sent twice under one key waits once"
    OptionDoubled "option.doubled" Vote "an option that is there already is refused"
    OptionBack "option.take-back" Vote "an option that waits is taken back by whose it is"
    GuestToken "guest.token" Vote "whoever votes without an account gets a token, where a poll asks guests"
    GuestNobody "guest.nobody" Vote "who has one is nobody's session"
    GuestVotes "guest.votes" Vote "and votes, finds their ballot again and takes it back"
    GuestElsewhere "guest.elsewhere" Vote "in polls that ask guests, and in no others"
    StaffGuest "staff.guest-401" Vote "a guest can neither write a poll nor edit one"
    StaffMember "staff.member-403" Vote "nor can a member who is not of the staff"
    StaffEdit "staff.edit-keeps" Vote "an edit keeps options and ballots of which it says nothing"
    StaffUnknown "staff.unknown-404" Vote "a poll that is not there cannot be edited"
    StepUnknown "step.unknown-404" Vote "a step that is not there is 404"
    StepAgain "step.again" Vote "a step that is done can be done again"
}
