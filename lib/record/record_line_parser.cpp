#include "record/record_line_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>

#include "record/record_fields.h"
#include "record/record_json.h"
#include "record/step_totals.h"

namespace assay::record {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);

/// Takes the fields of one record out of an object whose keys are exactly those of the record;
/// ok() tells whether they were, and of the right types.
class ExactFieldReader {
 public:
  explicit ExactFieldReader(object in) : in_(in), next_(in.begin()) {}

  template <class T>
  void operator()(const char* key, T& value) {
    if (!take(key, value)) ok_ = false;
  }
  template <class T>
  void where_present(const char* key, T& value) {
    take(key, value);
  }
  template <class T>
  void added(const char* key, T& value) {
    take(key, value);
  }
  /// True where every field was there, in order, and nothing else was.
  [[nodiscard]] bool ok() const { return ok_ && !(next_ != in_.end()); }

 private:
  template <class T>
  bool take(const char* key, T& value) {
    if (!ok_ || !(next_ != in_.end()) || next_.key() != key) return false;
    if (!decode(next_.value(), value)) ok_ = false;
    ++next_;
    return true;
  }

  template <class T>
  static bool decode(element in,
                     T& value) requires std::same_as<T, bool> || std::same_as<T, int64_t> {
    return in.get(value) == simdjson::SUCCESS;
  }
  static bool decode(element in, int& value) {
    int64_t number = 0;
    if (!decode(in, number) || !std::in_range<int>(number)) return false;
    value = static_cast<int>(number);
    return true;
  }
  static bool decode(element in, double& value) {
    if (in.get(value) == simdjson::SUCCESS) return true;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    std::string_view text;
    if (in.get(text) != simdjson::SUCCESS) return false;
    if (text == "nan") {
      value = std::numeric_limits<double>::quiet_NaN();
    } else if (text == "inf" || text == "-inf") {
      value = text == "inf" ? kInfinity : -kInfinity;
    } else {
      return false;
    }
    return true;
  }
  static bool decode(element in, std::string& value) {
    std::string_view text;
    if (in.get(text) != simdjson::SUCCESS) return false;
    value = text;
    return true;
  }
  template <class Unit>
  static bool decode(element in, Quantity<Unit>& value) {
    double number = 0;
    if (!decode(in, number)) return false;
    value = Quantity<Unit>(number);
    return true;
  }
  static bool decode(element in, StepClock& value) {
    return decode_enum(in, value, {StepClock::kSteady, StepClock::kCudaEvents});
  }
  static bool decode(element in, Provenance& value) {
    return decode_enum(
        in, value,
        {Provenance::kMeasured, Provenance::kDerived, Provenance::kQuoted, Provenance::kAssumed});
  }
  template <class T>
  static bool decode_enum(element in, T& value, std::initializer_list<T> known) {
    std::string_view text;
    if (in.get(text) != simdjson::SUCCESS) return false;
    const auto found = std::ranges::find(known, text, [](T one) { return to_string(one); });
    if (found == known.end()) return false;
    value = *found;
    return true;
  }
  template <class T>
  static bool decode(element in, std::optional<T>& value) {
    value.reset();
    return in.is_null() || decode(in, value.emplace());
  }
  template <class T>
  static bool decode(element in, std::vector<T>& values) {
    simdjson::dom::array array;
    if (in.get(array) != simdjson::SUCCESS) return false;
    values.clear();
    for (const element one : array) {
      if (!decode(one, values.emplace_back())) return false;
    }
    return true;
  }
  static bool decode(element in, StepTotals::PhaseTimes& phases) {
    object times;
    if (in.get(times) != simdjson::SUCCESS) return false;
    size_t count = 0;
    for (const auto [key, value] : times) {
      if (count == phases.size() || key != to_string(kPhases[count])) return false;
      if (!decode(value, phases[count])) return false;
      ++count;
    }
    return count == phases.size();
  }
  template <Described T>
  static bool decode(element in, T& value) {
    object fields;
    if (in.get(fields) != simdjson::SUCCESS) return false;
    ExactFieldReader inner(fields);
    describe(inner, value);
    return inner.ok();
  }

  object in_;
  object::iterator next_;
  bool ok_ = true;
};

template <class T>
bool parse_exactly(const element& line, std::string_view wanted_kind, T& value) {
  object fields;
  if (line.get(fields) != simdjson::SUCCESS) return false;
  ExactFieldReader visit(fields);
  int version = 0;
  visit("schema_version", version);
  std::string kind;
  visit("kind", kind);
  if (version != kRecordSchemaVersion || kind != wanted_kind) return false;
  describe(visit, value);
  return visit.ok();
}

}  // namespace

struct RecordLineParser::Json {
  simdjson::dom::parser parser;
};

RecordLineParser::RecordLineParser() : json_(std::make_unique<Json>()) {}
RecordLineParser::~RecordLineParser() = default;

template <class T>
T RecordLineParser::parse(const LineReader& reader, std::string_view kind,
                          T (*careful)(std::string_view, const std::string&)) {
  const std::string_view line = reader.line();
  element root;
  T value;
  const bool is_json =
      json_->parser.parse(line.data(), line.size(), /*realloc_if_needed=*/false).get(root) ==
      simdjson::SUCCESS;
  if (is_json && parse_exactly(root, kind, value)) return value;
  return careful(line, reader.where());
}

StepRecord RecordLineParser::step(const LineReader& reader) {
  return parse(reader, "step", parse_step);
}

EnergySample RecordLineParser::energy(const LineReader& reader) {
  return parse(reader, "energy", parse_energy_sample);
}

}  // namespace assay::record
