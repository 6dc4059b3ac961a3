#include "formats/unique_json.h"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace assay {
namespace {

using nlohmann::json;

/// Hears a text's events. Not the parser's own callback: with one it looks through the parent's
/// members after every object, which is quadratic in their number.
class KeyWatch : public nlohmann::json_sax<json> {
 public:
  KeyWatch(size_t deepest, const std::function<void(const std::string&)>& fail)
      : deepest_(deepest), fail_(fail) {}

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_array(size_t /*size*/) override { return true; }
  bool end_array() override { return true; }
  bool start_object(size_t /*size*/) override {
    keys_.emplace_back();
    if (keys_.size() > deepest_) fail_("is nested too deeply");
    return true;
  }
  bool end_object() override {
    keys_.pop_back();
    return true;
  }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) fail_(fmt::format("repeats key \"{}\"", name));
    return true;
  }
  bool parse_error(size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    fail_(fmt::format("is no JSON ({})", error.what()));
    return false;
  }

 private:
  size_t deepest_;
  const std::function<void(const std::string&)>& fail_;
  std::vector<std::set<std::string>> keys_;  ///< of the objects that are open
};

}  // namespace

json parse_unique_json(std::string_view text, size_t deepest,
                       const std::function<void(const std::string& fact)>& fail) {
  if (text.find('\0') != text.npos) fail("is no JSON (a zero byte)");
  KeyWatch watch(deepest, fail);
  json::sax_parse(text, &watch);
  return json::parse(text);
}

}  // namespace assay
