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
    pools_for(user) -> QuerySet                                       visible, open
    pool_seen_by(user, pk) -> EchelonPool | None                      visible, open, with its owner's name
    history(user, *, pool | position | unit, kind) -> QuerySet[CoverageDay]
    coverage_on(user, day, *, pool | position | unit, kind) -> Figures | None

pools.selectors.demand
    equation_of(pool, policy, *, on=None) -> Equation(seats, planned, closing, demand, ratio, capacity, overridden,
        horizon_years, horizon_end, posts[PostDemand])

pools.selectors.listing                                               one statement where figures are stored
    pools_listed(user, wanted, limits) -> Listing(pools [ListedPool], figures {pool id: ListedFigures}, totals {kind: Total})

pools.selectors.pool_page                                             four statements, whatever the size
    pool_page(user, pool) -> PoolPage: pool, figures, equation, brackets [Bracket(lines, people, seats, short)], lines
        [PostLine] (posts in no bracket), all_lines, members {"in_pool" | "screening" | "proposed" | "exited":
        [MemberLine(membership, person, posts, readiness, counted, why_not, why_not_label, is_due)]}, drawn_names,
        drawn_people
    PostLine: post (PostDemand), holders [Holder(name, employee, acting, leaves_on)], vacant, slots [[Slot(state, name,
        initials, why, elsewhere, person)]] as templates/components/seat_slots.html draws them, capacity, named, counted,
        if_empty [Person], open_seats, status, status_label
    Person: candidate, employee, name, title, initials, is_external

pools.selectors.suggestions                                           one statement
    suggestions_for(user, pool) -> Suggestions(eligible [Suggestion(person, grade, in_post_since)], filtered_out
        [LeftOut(person, rule, rule_label)], eligible_count, filtered_out_count, counts, rules)

pools.selectors.steps                                                 no statement
    steps_of(page, suggestions=None, *, limit=6) -> [StepLine(kind: admit | name | reassess | ready, person, post, step)]
    losses_of(page) -> [LossLine(loss, person, left_with_nobody)]

pools.selectors.health                                                three statements
    health_of(user, page) -> Health(counted_share, flow_rate, stale, members, ready_now_per_seat, counted)
    recent_in(user, pool, *, limit=8) -> QuerySet[AuditEvent]
"""
