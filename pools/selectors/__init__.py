"""Reads of pools and coverage. Every figure a page shows comes from here.

Figures (pools.selectors.figures.Figures): scope, kind, as_of, computed_at, seats, planned, closing, demand, ratio,
capacity, members (= gross), filled, ready_now, years_1_3, years_4_5, gap, surplus, names, named_people, overlap,
seats_named, seats_counted, seats_true, seats_true_ready_now, status (.status_label), blocking [{positions, people,
short}] (.shared: those of several posts), formula_version, policy_version, stale (.stale_since, .failure), partial
("your posts").

pools.selectors.coverage
    coverage_of_pool(user, pool) -> Figures
    coverage_of_position(user, position) -> Figures | None            None: not for this reader
    coverage_of_unit(user, unit, kind="key") -> Figures
    coverage_of_whole(user, kind="key") -> Figures
    figures_of_pools(user, pools) -> {pool id: Figures}               for the pools on a page
    stored_of_positions(user, positions) -> {position id: Figures}    for the posts on a page
    pools_for(user) -> QuerySet                                       visible, open; stored_gap, stored_filled, …
    history(user, *, pool | position | unit, kind) -> QuerySet[CoverageDay]
    coverage_on(user, day, *, pool | position | unit, kind) -> Figures | None

pools.selectors.demand
    equation_of(pool, policy, *, on=None) -> Equation(seats, planned, closing, demand, ratio, capacity, overridden,
        horizon_years, horizon_end, posts[PostDemand])

pools.selectors.pool_page
    pool_page(user, pool) -> PoolPage(pool, figures, equation, brackets[Bracket(positions, people, short, seats,
        lines)], lines[PostLine], members[MemberLine], by_state{state: [MemberLine]}, …)

pools.selectors.suggestions
    suggestions_for(user, pool) -> Suggestions(eligible, filtered_out, counts, rules)

pools.selectors.steps
    steps_for(user, pool, page=None, suggestions=None) -> [StepLine(kind, person, position, before, after, …)]

pools.selectors.health
    health_of(user, pool, figures) -> Health; recent_of(user, pool) -> [AuditEvent]
"""
