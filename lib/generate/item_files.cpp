#include "generate/item_files.h"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "error/error.h"
#include "formats/unique_json.h"

namespace assay {
namespace {

using ItemJson = nlohmann::json;

[[noreturn]] void fail_item(const std::string& where, const std::string& fact) {
  throw DataError(fmt::format("[items] {}: {}", where, fact));
}

void for_each_object(const std::filesystem::path& path, const std::set<std::string>& keys,
                     const std::function<void(const ItemJson&, const std::string& where)>& visit) {
  if (std::filesystem::is_directory(path)) {
    throw DataError(fmt::format("[items] a folder, not a file: {}", path.string()));
  }
  std::ifstream stream(path);
  if (!stream) throw DataError(fmt::format("[items] no such file: {}", path.string()));
  size_t number = 0;
  size_t num_items = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::string where = fmt::format("{}:{}", path.string(), number);
    constexpr size_t kDeepest = 64;
    const ItemJson item = parse_unique_json(line, kDeepest, [&](const std::string& fact) {
      fail_item(where,
                fact.starts_with("is no JSON") ? "the line is no JSON object" : "the line " + fact);
    });
    if (!item.is_object()) fail_item(where, "the line is no JSON object");
    for (const auto& [key, value] : item.items()) {
      if (!keys.contains(key)) fail_item(where, fmt::format("unknown key \"{}\"", key));
    }
    visit(item, where);
    ++num_items;
  }
  if (num_items == 0) throw DataError(fmt::format("[items] {}: no items", path.string()));
}

std::string text_of(const ItemJson& item, const char* key, const std::string& where) {
  const auto found = item.find(key);
  if (found == item.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) {
    fail_item(where, fmt::format("\"{}\" must be a text that is not empty", key));
  }
  return found->get<std::string>();
}

std::vector<std::string> texts_of(const ItemJson& item, const char* key, size_t at_least,
                                  const std::string& where) {
  const auto found = item.find(key);
  const bool is_list = found != item.end() && found->is_array() && found->size() >= at_least;
  std::vector<std::string> texts;
  if (is_list) {
    for (const ItemJson& text : *found) {
      if (!text.is_string() || text.get_ref<const std::string&>().empty()) break;
      texts.push_back(text.get<std::string>());
    }
  }
  if (!is_list || texts.size() != found->size()) {
    fail_item(where,
              fmt::format("\"{}\" must be a list of at least {} texts, none empty", key, at_least));
  }
  return texts;
}

size_t answer_of(const ItemJson& item, size_t num_choices, const std::string& where) {
  const auto found = item.find("answer");
  if (found == item.end() || !found->is_number_unsigned() ||
      found->get<uint64_t>() >= num_choices) {
    fail_item(where,
              fmt::format("\"answer\" must be the number of a choice, 0 to {}", num_choices - 1));
  }
  return found->get<size_t>();
}

}  // namespace

void read_choice_items(const std::filesystem::path& path,
                       const std::function<void(ChoiceItem)>& take) {
  for_each_object(path, {"id", "context", "choices", "answer"},
                  [&](const ItemJson& json, const std::string& where) {
                    ChoiceItem item{.context = text_of(json, "context", where),
                                    .choices = texts_of(json, "choices", 2, where),
                                    .where = where};
                    item.answer = answer_of(json, item.choices.size(), where);
                    take(std::move(item));
                  });
}

void read_exact_items(const std::filesystem::path& path,
                      const std::function<void(ExactItem)>& take) {
  for_each_object(path, {"id", "prompt", "answers", "max_tokens", "stop"},
                  [&](const ItemJson& json, const std::string& where) {
                    ExactItem item{.prompt = text_of(json, "prompt", where),
                                   .answers = texts_of(json, "answers", 1, where),
                                   .where = where};
                    if (json.contains("stop")) item.stop = texts_of(json, "stop", 0, where);
                    if (const auto most = json.find("max_tokens"); most != json.end()) {
                      if (!most->is_number_integer() || most->get<int64_t>() < 1) {
                        fail_item(where, "\"max_tokens\" must be a number above zero");
                      }
                      item.max_tokens = most->get<int64_t>();
                    }
                    take(std::move(item));
                  });
}

void read_prompt_items(const std::filesystem::path& path,
                       const std::function<void(PromptItem)>& take) {
  for_each_object(path, {"id", "prompt"}, [&](const ItemJson& json, const std::string& where) {
    take({.prompt = text_of(json, "prompt", where), .where = where});
  });
}

}  // namespace assay
