#include "audit/output/message.h"

#include <unordered_map>

#include "error/error.h"

namespace assay::audit {
namespace {

std::unordered_map<std::string_view, const Message*> index_messages() {
  std::unordered_map<std::string_view, const Message*> index;
  for (const Message& message : title_messages()) index.emplace(message.id, &message);
  for (const Message& message : sentence_messages()) index.emplace(message.id, &message);
  for (const Message& message : reckoning_messages()) index.emplace(message.id, &message);
  for (const Message& message : verdict_messages()) index.emplace(message.id, &message);
  for (const Message& message : limit_messages()) index.emplace(message.id, &message);
  for (const Message& message : bound_messages()) index.emplace(message.id, &message);
  for (const Message& message : account_messages()) index.emplace(message.id, &message);
  for (const Message& message : rollout_messages()) index.emplace(message.id, &message);
  for (const Message& message : run_messages()) index.emplace(message.id, &message);
  for (const Message& message : bulk_messages()) index.emplace(message.id, &message);
  return index;
}

}  // namespace

std::string_view wording(Language language, std::string_view id) {
  static const std::unordered_map<std::string_view, const Message*> index = index_messages();
  const auto found = index.find(id);
  if (found == index.end()) throw InternalError(fmt::format("[audit] no wording: {}", id));
  return language == Language::kJapanese ? found->second->ja : found->second->en;
}

}  // namespace assay::audit
