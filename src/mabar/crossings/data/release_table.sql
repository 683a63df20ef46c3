-- The table of the release times: n, sum, median, upper quarter, tenth and longest of each step, in one split.
-- Given: trucks, sheets, held, queried, and the variable split (empty for the whole).
WITH
of_trucks AS (
    SELECT CASE getvariable('split') WHEN 'lane' THEN lane WHEN 'regime' THEN regime WHEN 'direction' THEN direction
        WHEN 'hour' THEN hour WHEN 'readiness' THEN readiness ELSE '' END AS part, *
    FROM trucks WHERE getvariable('split') <> 'agency'
),
of_papers AS (
    SELECT CASE getvariable('split') WHEN 'lane' THEN coalesce(nullif(lane, ''), 'none')
        WHEN 'regime' THEN coalesce(nullif(regime, ''), 'none') WHEN 'direction' THEN direction
        WHEN 'hour' THEN hour WHEN 'readiness' THEN readiness ELSE '' END AS part, *
    FROM sheets WHERE getvariable('split') <> 'agency'
),
of_holds AS (
    SELECT CASE getvariable('split') WHEN 'lane' THEN lane WHEN 'regime' THEN regime WHEN 'direction' THEN direction
        WHEN 'hour' THEN hour WHEN 'readiness' THEN readiness WHEN 'agency' THEN agency ELSE '' END AS part,
        passage, sum(greatest(until_s - from_s, 0)) AS length_s
    FROM held WHERE (agency <> '') = (getvariable('split') = 'agency') GROUP BY part, passage
),
of_queries AS (
    SELECT CASE getvariable('split') WHEN 'lane' THEN coalesce(nullif(lane, ''), 'none')
        WHEN 'regime' THEN coalesce(nullif(regime, ''), 'none') WHEN 'direction' THEN direction
        WHEN 'hour' THEN hour WHEN 'readiness' THEN readiness ELSE '' END AS part,
        passage, declaration, sum(greatest(until_s - from_s, 0)) AS length_s
    FROM queried WHERE getvariable('split') <> 'agency' GROUP BY part, passage, declaration
),
measured AS (
    SELECT part, 0::UTINYINT AS step, greatest(gate_in_s - arrived_s, 0) AS length_s FROM of_trucks
    UNION ALL SELECT part, 1, greatest(weighed_s - gate_in_s, 0) FROM of_trucks
    UNION ALL SELECT part, 2, greatest(presented_s - weighed_s, 0) FROM of_trucks
    UNION ALL SELECT part, 3, greatest(released_s - presented_s, 0) FROM of_trucks WHERE released_s IS NOT NULL
    UNION ALL SELECT part, 4, greatest(gate_out_s - coalesce(released_s, presented_s), 0) FROM of_trucks
        WHERE released_s IS NOT NULL OR papers = 0
    UNION ALL SELECT part, 5, greatest(gate_out_s - arrived_s, 0) FROM of_trucks
    UNION ALL SELECT part, 6, length_s FROM of_holds
    UNION ALL SELECT part, 7, greatest(arrived_s - lodged_s, 0) FROM of_papers WHERE readiness = 'before'
    UNION ALL SELECT part, 8, greatest(lodged_s - arrived_s, 0) FROM of_papers WHERE readiness = 'after'
    UNION ALL SELECT part, 9, greatest(lane_s - lodged_s, 0) FROM of_papers
        WHERE lane_s IS NOT NULL AND lodged_s IS NOT NULL
    UNION ALL SELECT part, 10, greatest(released_s - lane_s, 0) FROM of_papers
        WHERE released_s IS NOT NULL AND lane_s IS NOT NULL
    UNION ALL SELECT part, 11, length_s FROM of_queries
),
reckoned AS (
    SELECT part, step, count(*) AS n, sum(length_s)::BIGINT AS total_s,
        quantile_cont(length_s, [0.5, 0.75, 0.9]) AS places, max(length_s) AS max_s
    FROM measured GROUP BY part, step
)
SELECT part, step, n, total_s, round(places[1] * 100)::BIGINT, round(places[2] * 100)::BIGINT,
    round(places[3] * 100)::BIGINT, max_s::BIGINT
FROM reckoned ORDER BY part, step;
