// ICU's data without data, as ICU's own source/stubdata makes it. The text module wants normalization form C and the ages
// of characters, whose tables are in libicuuc itself; the 30 MB of libicudata (locales, converters, collation) are not
// read. cmake --install puts this beside the programs under the name of that library.
#include <unicode/udata.h>
#include <unicode/utypes.h>
#include <unicode/uversion.h>

typedef struct {
  uint16_t header_size;
  uint8_t magic1;
  uint8_t magic2;
  UDataInfo info;
  char padding[8];
  uint32_t count;
  uint32_t reserved;
  int32_t names_and_data[4];
} IcuData;

// "ToCP": a table of contents, of no items.
__attribute__((aligned(16))) const IcuData U_ICUDATA_ENTRY_POINT = {
    32, 0xda, 0x27, {sizeof(UDataInfo), 0, U_IS_BIG_ENDIAN, U_CHARSET_FAMILY, sizeof(UChar), 0, {0x54, 0x6f, 0x43, 0x50}, {1, 0, 0, 0}, {0, 0, 0, 0}},
    {0}, 0, 0, {0}};
