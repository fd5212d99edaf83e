//! Members follow polls, or stop following them.

use std::sync::Arc;

use super::denied::Denied;
use super::ledger::Ledger;
use super::members;
use super::put::raise;
use crate::domain::id::PollId;
use crate::server::store::feed::Voters;
use crate::server::store::rows::sql::Query;
use crate::server::who::Identity;

pub async fn follow_poll(
    ledger: &Arc<Ledger>,
    member: &Identity,
    poll: &PollId,
    follows: bool,
) -> Result<(), Denied> {
    let mut write = ledger.begin().await?;
    let sql = "SELECT EXISTS (SELECT 1 FROM polls WHERE id = ?)";
    let exists: bool = Query::new(sql).bind(poll).fetch_one(&mut write).await?;
    if !exists {
        return Err(Denied::NoPoll(poll.clone()));
    }
    let member = members::met(&mut write, member).await?;
    let sql = if follows {
        "INSERT INTO followers (poll, member) VALUES (?, ?) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM followers WHERE poll = ? AND member = ?"
    };
    let moved = Query::new(sql).bind(poll).bind(&member.id).execute(&mut write).await?;
    if moved == 0 {
        return Ok(());
    }
    raise(&mut write, poll).await?;
    Ok(write.publish(poll, Voters::from([member.id.clone()])).await?)
}
