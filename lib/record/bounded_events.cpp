#include "record/bounded_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace assay {
namespace {

Seconds duration_of(const RunEvent& event) { return event.duration.value_or(Seconds(0)); }

// What is not finite comes last, in both directions.
bool lower(const RunEvent& a, const RunEvent& b) {
  const double left = a.value.value_or(NAN);
  const double right = b.value.value_or(NAN);
  return std::isfinite(left) && (!std::isfinite(right) || left < right);
}

bool higher(const RunEvent& a, const RunEvent& b) {
  const double left = a.value.value_or(NAN);
  const double right = b.value.value_or(NAN);
  return std::isfinite(left) && (!std::isfinite(right) || left > right);
}

}  // namespace

void BoundedEvents::add(RunEvent event, bool counts) {
  if (event.kind == "checkpoint" && join_checkpoint(event, counts)) return;
  if (event.kind == "warning" && count_warning(event)) return;
  entries_.push_back({std::move(event), counts, num_evals_});
  RunEvent& kept = entries_.back().event;
  if (kept.kind == "checkpoint") checkpoints_[{kept.rank, kept.attempt, counts}] = &kept;
  if (kept.kind != "eval") return;
  ++num_evals_;
  if (++kept_evals_ > kMostEvals) thin_evals();
}

bool BoundedEvents::join_checkpoint(const RunEvent& event, bool counts) {
  const auto found = checkpoints_.find({event.rank, event.attempt, counts});
  if (found == checkpoints_.end()) return false;
  const Seconds sum = duration_of(*found->second) + duration_of(event);
  *found->second = event;
  found->second->duration = sum;
  return true;
}

bool BoundedEvents::count_warning(const RunEvent& event) {
  if (++num_warnings_ <= kMostWarnings) return false;
  if (overflow_ == nullptr) overflow_ = &entries_.emplace_back(Entry{event}).event;
  overflow_->time_unix_s = std::max(overflow_->time_unix_s, event.time_unix_s);
  overflow_->message =
      fmt::format("{} more warnings are in the files of events", num_warnings_ - kMostWarnings);
  return true;
}

void BoundedEvents::thin_evals() {
  // The newest ones are taken together as those before them were, before more are.
  for (join_evals(); kept_evals_ > kMostEvals / 2 && window_ < num_evals_; join_evals()) {
    window_ *= 2;
  }
}

void BoundedEvents::join_evals() {
  using Place = std::list<Entry>::iterator;
  std::vector<Place> evals;
  for (Place entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->event.kind == "eval") evals.push_back(entry);
  }
  const auto is_neighbour = [this](const Entry& a, const Entry& b) {
    return a.event.rank == b.event.rank && a.event.attempt == b.event.attempt &&
           a.counts == b.counts && a.number / window_ == b.number / window_;
  };
  for (auto begin = evals.begin(); begin != evals.end();) {
    const auto end = std::find_if_not(
        begin, evals.end(), [&](const Place& place) { return is_neighbour(**begin, *place); });
    const auto by = [](bool (*before)(const RunEvent&, const RunEvent&)) {
      return [before](const Place& a, const Place& b) { return before(a->event, b->event); };
    };
    const Place low = *std::min_element(begin, end, by(lower));
    const Place high = *std::min_element(begin, end, by(higher));
    for (auto place = begin; place != end; ++place) {
      if (*place == low || *place == high || *place == evals.back()) continue;
      low->event.duration = duration_of(low->event) + duration_of((*place)->event);
      entries_.erase(*place);
      --kept_evals_;
    }
    begin = end;
  }
}

std::vector<RunEvent> BoundedEvents::take() {
  std::vector<RunEvent> events;
  events.reserve(entries_.size());
  for (Entry& entry : entries_) events.push_back(std::move(entry.event));
  *this = BoundedEvents();
  return events;
}

}  // namespace assay
