-- Instants turned into seconds worked up to them, so that every difference counts working hours alone.
-- Given: worked (opens_s, closes_s, before_s).  What comes before the first span has been worked not at all.
CREATE TABLE clocked AS
WITH instants AS (
    SELECT DISTINCT unnest([arrived_s, gate_in_s, weighed_s, presented_s, released_s, gate_out_s]) AS at_s FROM trucks
    UNION SELECT DISTINCT unnest([arrived_s, lodged_s, lane_s, released_s]) FROM sheets
    UNION SELECT DISTINCT unnest([from_s, until_s]) FROM held
    UNION SELECT DISTINCT unnest([from_s, until_s]) FROM queried
)
SELECT at_s, coalesce(before_s + least(at_s, closes_s) - opens_s, 0)::BIGINT AS worked_s
FROM instants ASOF LEFT JOIN worked ON instants.at_s >= worked.opens_s
WHERE at_s IS NOT NULL;

CREATE TABLE clocked_trucks AS
SELECT trucks.* REPLACE (
    a.worked_s AS arrived_s, b.worked_s AS gate_in_s, c.worked_s AS weighed_s, d.worked_s AS presented_s,
    e.worked_s AS released_s, f.worked_s AS gate_out_s
)
FROM trucks
LEFT JOIN clocked a ON a.at_s = trucks.arrived_s LEFT JOIN clocked b ON b.at_s = trucks.gate_in_s
LEFT JOIN clocked c ON c.at_s = trucks.weighed_s LEFT JOIN clocked d ON d.at_s = trucks.presented_s
LEFT JOIN clocked e ON e.at_s = trucks.released_s LEFT JOIN clocked f ON f.at_s = trucks.gate_out_s;

CREATE TABLE clocked_sheets AS
SELECT sheets.* REPLACE (
    a.worked_s AS arrived_s, b.worked_s AS lodged_s, c.worked_s AS lane_s, d.worked_s AS released_s
)
FROM sheets
LEFT JOIN clocked a ON a.at_s = sheets.arrived_s LEFT JOIN clocked b ON b.at_s = sheets.lodged_s
LEFT JOIN clocked c ON c.at_s = sheets.lane_s LEFT JOIN clocked d ON d.at_s = sheets.released_s;

CREATE TABLE clocked_held AS
SELECT held.* REPLACE (a.worked_s AS from_s, b.worked_s AS until_s)
FROM held JOIN clocked a ON a.at_s = held.from_s JOIN clocked b ON b.at_s = held.until_s;

CREATE TABLE clocked_queried AS
SELECT queried.* REPLACE (a.worked_s AS from_s, b.worked_s AS until_s)
FROM queried JOIN clocked a ON a.at_s = queried.from_s JOIN clocked b ON b.at_s = queried.until_s;

DROP TABLE trucks; ALTER TABLE clocked_trucks RENAME TO trucks;
DROP TABLE sheets; ALTER TABLE clocked_sheets RENAME TO sheets;
DROP TABLE held; ALTER TABLE clocked_held RENAME TO held;
DROP TABLE queried; ALTER TABLE clocked_queried RENAME TO queried;
