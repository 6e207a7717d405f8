/* SPDX-License-Identifier: Apache-2.0 */
/* The manual page of iamd.conf, in mdoc(7), from the same table. */
#include "daemon/config_table.h"

#include "base/str.h"

/* A word that begins with a dot or a quote would be a request. */
static void put_text(Buf *out, const char *text) {
        if (text[0] == '.' || text[0] == '\'')
                buf_put_str(out, "\\&");
        for (; *text != '\0'; text++)
                if (*text == '\\')
                        buf_put_str(out, "\\e");
                else if (*text == '-')
                        buf_put_str(out, "\\-");
                else
                        buf_put_char(out, *text);
}

/* mdoc wants each sentence to begin a line. */
static void put_sentences(Buf *out, const char *text) {
        for (const char *at = text; *at != '\0'; at++) {
                if (str_starts_with(at, ". ")) {
                        buf_put_str(out, ".\n");
                        at++;
                } else if (*at == '\\') {
                        buf_put_str(out, "\\e");
                } else {
                        buf_put_char(out, *at);
                }
        }
        buf_put_char(out, '\n');
}

static void put_key(Buf *out, const ConfigKey *key) {
        buf_printf(out, ".It Ic %s No = ", key->name);
        if (key->otherwise[0] == '\0')
                buf_put_str(out, "(empty)");
        else
                put_text(out, key->otherwise);
        buf_put_char(out, '\n');
        put_sentences(out, key->doc);
        if (key->type == CONFIG_NUMBER || key->type == CONFIG_THREADS)
                buf_printf(out, "From %u to %u%s.\n", key->min, key->max,
                           key->type == CONFIG_THREADS ? ", or auto: one less than the processors"
                                                       : "");
        buf_put_str(out,
                    key->is_reloaded ? "Applied on reload.\n" : "Applied at the next start.\n");
}

void config_print_man(Buf *out) {
        const char *section = "";

        buf_put_str(out, ".Dd " IAMD_DATE "\n.Dt IAMD.CONF 5\n.Os iamd " IAMD_VERSION
                         "\n.Sh NAME\n.Nm iamd.conf\n"
                         ".Nd configuration of the identity server\n.Sh SYNOPSIS\n"
                         ".Nm /etc/iam/iamd.conf\n.Nm /etc/iam/iamd.conf.d/*.conf\n"
                         ".Sh DESCRIPTION\n"
                         "Read by\n.Xr iamd 8\nin this order, the files of the folder by their "
                         "names; later ones override.\n"
                         "A section is written as\n.Ql [section] ,\na value as\n.Ql key = value ;\n"
                         "comments stand behind # or ; on lines of their own.\n"
                         "Items of a list are separated by spaces.\n"
                         "An empty value stands for the default.\n"
                         "An unknown section or key is an error, which\n"
                         ".Ql iamd \\-\\-check\\-config\nreports.\n.Sh KEYS\n"
                         "Each is shown with its default.\n");
        for (size_t i = 0; i < config_n_keys; i++) {
                const ConfigKey *key = &config_keys[i];

                if (!str_eq(section, key->section))
                        buf_printf(out, "%s.Ss [%s]\n.Bl -tag -width Ds\n",
                                   section[0] != '\0' ? ".El\n" : "", key->section);
                section = key->section;
                put_key(out, key);
        }
        buf_put_str(out, ".El\n.Sh SEE ALSO\n.Xr iamctl 1 ,\n.Xr iamd 8\n");
}
