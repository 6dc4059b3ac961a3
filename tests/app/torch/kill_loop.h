#pragma once

#include <cstdint>

/// Trains once without a break and once with `num_kills` SIGKILLs at random moments (a checkpoint
/// is written after every step, so many of them hit the writing), and checks with Catch that both
/// runs have the same losses, weights, moments and totals.
void check_kills_change_nothing(int num_kills, uint32_t seed);
