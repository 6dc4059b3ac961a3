#include "config/field_dumper.h"

#include <fmt/format.h>

namespace assay {

TomlNode dump_value(bool value) { return {value, {}}; }
TomlNode dump_value(int64_t value) { return {value, {}}; }
TomlNode dump_value(double value) { return {value, {}}; }
TomlNode dump_value(const std::string& value) { return {value, {}}; }
TomlNode dump_value(const Measure& value) { return {value.text, {}}; }
TomlNode dump_value(Seconds value) { return {fmt::format("{} s", value.value()), {}}; }
TomlNode dump_value(const TomlTable& value) { return {value, value.place}; }

}  // namespace assay
