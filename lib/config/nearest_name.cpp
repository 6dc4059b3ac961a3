#include "config/nearest_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/lower_case.h"

namespace assay {

int edit_distance(std::string_view a, std::string_view b) {
  const size_t width = b.size() + 1;
  std::vector<int> cost((a.size() + 1) * width);
  const auto at = [&](size_t i, size_t j) -> int& { return cost[i * width + j]; };
  for (size_t i = 0; i <= a.size(); ++i) at(i, 0) = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) at(0, j) = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({replace, at(i - 1, j) + 1, at(i, j - 1) + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(a.size(), b.size());
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known) {
  constexpr size_t kLongest = 100;  // a hostile name must not make the search slow
  constexpr size_t kShortestStart = 3;
  constexpr size_t kLettersPerEdit = 3;  // fewer, and the names have nothing in common
  if (name.size() > kLongest) return {};
  const std::string wanted = lower_case(name);
  std::string_view best;
  size_t best_distance = kLongest;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kLongest) continue;
    const std::string other = lower_case(candidate);
    const bool is_start = wanted.size() >= kShortestStart && other.starts_with(wanted);
    const auto distance = is_start ? 0 : static_cast<size_t>(edit_distance(wanted, other));
    const bool resembles = distance * kLettersPerEdit <= std::max(wanted.size(), other.size());
    if (resembles && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string nearest_note(std::string_view name, const std::vector<std::string_view>& known,
                         std::string_view kind) {
  const std::string_view nearest = nearest_name(name, known);
  if (nearest.empty()) return {};
  return fmt::format("; nearest known{}{}: \"{}\"", kind.empty() ? "" : " ", kind, nearest);
}

}  // namespace assay
