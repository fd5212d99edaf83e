//! How a poll was counted: in words, in steps, and as a table.

use yew::prelude::*;

use super::face::Face;
use crate::domain::poll::Poll;
use crate::ui::words;

/// A table's columns by name, and the cells of each option's row.
pub(super) struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The table of votes.
pub(super) fn votes(votes: &[u32]) -> Table {
    Table { head: vec!["Votes".into()], rows: votes.iter().map(|n| vec![words::number(*n)]).collect() }
}

/// How it was counted, to be opened.
pub(super) fn draw(poll: &Poll, face: &dyn Face, words: String, steps: Vec<String>, table: Table) -> Html {
    let names = poll.options.iter().map(|option| face.label(poll, option));
    html! {
        <details class="how">
            <summary><bdi>{ "How was this counted?" }</bdi></summary>
            <p class="meta"><bdi>{ words }</bdi></p>
            <ol class="meta">{ for steps.into_iter().map(|step| html! { <li><bdi>{ step }</bdi></li> }) }</ol>
            <div class="table" tabindex="0" role="region" aria-label="The count">
                <table>
                    <tr><td />{ for table.head.into_iter().map(|cell| html! { <th scope="col">{ cell }</th> }) }</tr>
                    { for names.zip(table.rows).map(|(name, cells)| html! {
                        <tr>
                            <th scope="row"><bdi>{ name }</bdi></th>
                            { for cells.into_iter().map(|cell| html! { <td>{ cell }</td> }) }
                        </tr>
                    }) }
                </table>
            </div>
        </details>
    }
}
