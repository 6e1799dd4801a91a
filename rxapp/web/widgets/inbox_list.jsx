// The rows of the inbox. A row that has left its list keeps its size, so that nothing below moves.
import { Link } from "react-router";
import { Ticker } from "./ticker.jsx";

function Badge({ kind = "plain", children }) {
  return <span className={`badge badge-${kind}`}>{children}</span>;
}

function Row({ row, gone, isNew, wait, children }) {
  const kinds = ["list-row inbox-row"];
  if (row.priority === "urgent") kinds.push("is-urgent");
  if (gone) kinds.push("is-gone");
  if (isNew) kinds.push("is-new");
  const who = row.on_behalf_of ? `${row.escalated_by} for ${row.on_behalf_of}` : row.escalated_by;
  const case_ = [who, row.ticket_number, row.client_name].filter(Boolean);
  return (
    <li className={kinds.join(" ")} data-handoff={row.id}>
      <div className="inbox-wait">
        {wait}
        {gone ? <span className="inbox-gone">{gone}</span> : null}
      </div>
      <div className="inbox-body">
        <Link to={`/escalations/${row.id}`} className="row-title">
          {row.tree_title}
        </Link>
        <div className="small wrap-any">Stopped at: {row.node_title}</div>
        <div className="muted small wrap-any">{case_.join(" · ")}</div>
        <div className="inbox-wanted">{row.reason}</div>
      </div>
      <div className="row">{children}</div>
    </li>
  );
}

export function WaitingRow({ row, me, gone, isNew, onClaim }) {
  const wait = (
    <>
      <Ticker at={row.queued_at} mode="elapsed" className="inbox-clock" />
      {row.priority === "urgent" ? <Badge kind="danger">Urgent</Badge> : null}
      {row.returned ? <Badge kind="warn">Returned</Badge> : null}
    </>
  );
  return (
    <Row row={row} gone={gone} isNew={isNew} wait={wait}>
      {(row.on_behalf_of_id ?? row.escalated_by_id) === me ? (
        <Badge>Yours</Badge>
      ) : (
        // Not "disabled", which would move the focus out of the list.
        <button
          type="button"
          className="btn btn-primary"
          aria-disabled={gone ? "true" : undefined}
          onClick={() => (gone ? undefined : onClaim(row.id))}
        >
          Claim
        </button>
      )}
    </Row>
  );
}

export function HeldRow({ row, gone, isNew, isMine }) {
  const wait = <Ticker at={row.held_until} mode="left" className="small num" />;
  return (
    <Row row={row} gone={gone} isNew={isNew} wait={wait}>
      {isMine ? (
        <Link to={`/sessions/${row.session_id}`} className="btn btn-primary">
          Continue
        </Link>
      ) : (
        <Badge kind="accent">{row.claimed_by}</Badge>
      )}
    </Row>
  );
}

export function ClosedRow({ row, gone, isNew }) {
  const wait = <Ticker at={row.closed_at} mode="ago" className="small muted" />;
  return (
    <Row row={row} gone={gone} isNew={isNew} wait={wait}>
      {row.status === "resolved" ? (
        <Badge kind="ok">Resolved by {row.claimed_by}</Badge>
      ) : (
        <Badge>Withdrawn</Badge>
      )}
    </Row>
  );
}
