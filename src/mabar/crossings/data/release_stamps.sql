-- From the journal's keys and instants to the stamps of each truck that left, and of each paper on it.
--
-- Given: lines (position, verb, subject, agency, place, at_us), passages (passage, direction), papers (passage,
-- declaration, lane, regime, is_national), ahead (since_s, ahead_s: how far the clocks of the place stood ahead of UTC),
-- and the variables since_s and until_s.  Instants are cut off at the second, as the rows' are.

-- A correction undoes the newest step that stands, as a closing bracket ends the newest open one: a step stands when
-- what follows never brings the count of open steps below its own.
CREATE TABLE standing AS
WITH walked AS (
    SELECT subject, position, verb, at_us,
        sum(CASE verb WHEN 'crossings.correct_event' THEN -1 ELSE 1 END)
            OVER (PARTITION BY subject ORDER BY position) AS depth
    FROM lines SEMI JOIN passages ON passages.passage = lines.subject
    WHERE verb IN (
        'crossings.announce', 'crossings.join_queue', 'crossings.note_gate_in', 'crossings.note_weight',
        'crossings.present', 'crossings.note_gate_out', 'crossings.turn_back', 'crossings.withdraw', 'crossings.lapse',
        'crossings.correct_event'
    )
),
followed AS (
    SELECT *, min(depth) OVER (
        PARTITION BY subject ORDER BY position ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS lowest
    FROM walked
)
SELECT subject, verb, at_us FROM followed
WHERE verb <> 'crossings.correct_event' AND (lowest IS NULL OR lowest >= depth);

CREATE TABLE gone AS
WITH stamped AS (
    SELECT subject AS passage,
        max(at_us) FILTER (verb = 'crossings.join_queue') // 1000000 AS arrived_s,
        max(at_us) FILTER (verb = 'crossings.note_gate_in') // 1000000 AS gate_in_s,
        max(at_us) FILTER (verb = 'crossings.note_weight') // 1000000 AS weighed_s,
        max(at_us) FILTER (verb = 'crossings.present') // 1000000 AS presented_s,
        max(at_us) FILTER (verb = 'crossings.note_gate_out') // 1000000 AS gate_out_s
    FROM standing GROUP BY subject
),
within AS (
    SELECT * FROM stamped
    WHERE gate_out_s >= getvariable('since_s') AND gate_out_s < getvariable('until_s')
)
SELECT within.*, passages.direction,
    printf('%02d', ((arrived_s + ahead.ahead_s) // 3600) % 24) AS hour
FROM within JOIN passages USING (passage)
ASOF JOIN ahead ON within.arrived_s >= ahead.since_s;

-- What the national system released is told by the clearing of the truck in the same second.
CREATE TABLE sheets AS
WITH kept AS (SELECT * FROM papers SEMI JOIN gone USING (passage)),
known AS (
    SELECT subject AS declaration,
        min(at_us) FILTER (verb = 'declarations.lodge') AS lodged_us,
        min(at_us) FILTER (verb = 'declarations.draw_lane') AS lane_us,
        max(at_us) FILTER (verb = 'declarations.release') AS released_us
    FROM lines SEMI JOIN kept ON kept.declaration = lines.subject
    WHERE verb IN ('declarations.lodge', 'declarations.draw_lane', 'declarations.release')
    GROUP BY subject
),
cleared AS (
    SELECT kept.passage, kept.declaration, max(told.at_us) AS at_us
    FROM kept
    JOIN lines told ON told.subject = kept.declaration AND told.verb = 'declarations.note_national_state'
    JOIN lines done ON done.subject = kept.passage AND done.verb = 'crossings.clear'
        AND done.at_us // 1000000 = told.at_us // 1000000
    WHERE kept.is_national
    GROUP BY kept.passage, kept.declaration
),
stamped AS (
    SELECT kept.passage, kept.declaration, kept.lane, kept.regime, gone.direction, gone.hour, gone.arrived_s,
        known.lodged_us // 1000000 AS lodged_s,
        known.lane_us // 1000000 AS lane_s,
        (CASE WHEN kept.is_national THEN cleared.at_us ELSE known.released_us END) // 1000000 AS released_s
    FROM kept JOIN gone USING (passage)
    LEFT JOIN known USING (declaration)
    LEFT JOIN cleared ON cleared.passage = kept.passage AND cleared.declaration = kept.declaration
)
SELECT *, CASE WHEN lodged_s IS NULL THEN 'none' WHEN lodged_s < arrived_s THEN 'before' ELSE 'after' END AS readiness
FROM stamped;

CREATE TABLE trucks AS
WITH papered AS (
    SELECT passage,
        count(*) AS papers,
        count(*) FILTER (released_s IS NULL) AS unknown,
        max(released_s) AS released_s,
        count(*) FILTER (lane = '') AS laneless,
        max(CASE lane WHEN 'green' THEN 1 WHEN 'blue' THEN 2 WHEN 'yellow' THEN 3 WHEN 'red' THEN 4 END) AS heaviest,
        count(DISTINCT regime) AS regimes,
        max(regime) AS regime,
        bool_and(readiness = 'before') AS is_before
    FROM sheets GROUP BY passage
)
SELECT gone.passage, gone.direction, gone.hour, arrived_s, gate_in_s, weighed_s, presented_s, gate_out_s,
    coalesce(papers, 0) AS papers,
    CASE WHEN unknown = 0 THEN least(greatest(papered.released_s, presented_s), gate_out_s) END AS released_s,
    CASE WHEN papers IS NULL OR laneless > 0 THEN 'none'
        ELSE ['green', 'blue', 'yellow', 'red'][heaviest] END AS lane,
    CASE WHEN papers IS NULL THEN 'none' WHEN regimes > 1 THEN 'several' WHEN papered.regime = '' THEN 'none'
        ELSE papered.regime END AS regime,
    CASE WHEN papers IS NULL THEN 'none' WHEN is_before THEN 'before' ELSE 'after' END AS readiness
FROM gone LEFT JOIN papered USING (passage);

CREATE TABLE queried AS
WITH asked AS (
    SELECT subject AS declaration, verb, at_us // 1000000 AS from_s,
        lead(at_us) OVER w // 1000000 AS until_s, lead(verb) OVER w AS next_verb
    FROM lines SEMI JOIN sheets ON sheets.declaration = lines.subject
    WHERE verb IN ('declarations.query', 'declarations.settle_query')
    WINDOW w AS (PARTITION BY subject ORDER BY position)
)
SELECT sheets.passage, sheets.declaration, sheets.lane, sheets.regime, sheets.direction, sheets.hour, sheets.readiness,
    asked.from_s, asked.until_s
FROM asked JOIN sheets USING (declaration)
WHERE verb = 'declarations.query' AND next_verb = 'declarations.settle_query';

-- While at least one hold stands the truck is held: by each agency, and by anybody under the empty name.
CREATE TABLE held AS
WITH acts AS (
    SELECT subject AS passage, agency, position, at_us // 1000000 AS at_s,
        CASE verb WHEN 'crossings.hold' THEN 1 ELSE -1 END AS change
    FROM lines SEMI JOIN gone ON gone.passage = lines.subject
    WHERE verb IN ('crossings.hold', 'crossings.lift_hold')
),
named AS (SELECT * FROM acts UNION ALL SELECT passage, '', position, at_s, change FROM acts),
walked AS (
    SELECT passage, agency, at_s AS from_s, lead(at_s) OVER w AS until_s, sum(change) OVER w AS open
    FROM named WINDOW w AS (PARTITION BY passage, agency ORDER BY at_s, position)
)
SELECT walked.agency, walked.passage, greatest(from_s, gone.arrived_s) AS from_s,
    least(coalesce(until_s, gone.gate_out_s), gone.gate_out_s) AS until_s,
    trucks.direction, trucks.hour, trucks.lane, trucks.regime, trucks.readiness
FROM walked JOIN gone USING (passage) JOIN trucks USING (passage)
WHERE open > 0;
